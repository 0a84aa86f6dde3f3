import { applyEdits, disjoint, type Edit, type Files } from "../syntax/edit.js";
import { tidyGo } from "../syntax/go-tidy.js";
import type { Grammar } from "../syntax/grammar.js";
import { parseProgram } from "../syntax/program.js";
import { commentUnit, unitsOf, type Unit } from "../syntax/units.js";
import type { Material } from "../candidate/material.js";
import { settingsOf, withoutSettings } from "../candidate/settings.js";
import { lineUnits } from "./lines.js";
import type { Change, Reducible } from "./strategy.js";

/** A change as it is made of edits and of settings that are left out. */
interface Made extends Change<Material> {
  readonly edits: readonly Edit[];
  readonly settings: readonly (readonly (string | number)[])[];
}

/** Whether a file is part of the program that the grammar reads, or data. */
const SOURCE = /\.(c|h|cc|cpp|cxx|hh|hpp|hxx|inc|go)$/i;

/** Repros as a reduction sees them: programs by their syntax, input and environment files by lines, manifests by settings. */
export class ReducibleRepro implements Reducible<Material> {
  private readonly known = new WeakMap<Material, { coarse?: readonly Made[]; fine?: readonly Made[] }>();

  constructor(private readonly grammar: Grammar) {}

  size({ files, manifest }: Material): number {
    const settings = settingsOf(manifest).reduce((sum, { title }) => sum + title.length, 0);
    return settings + Object.values(files).reduce((sum, text) => sum + text.replace(/\s+/g, " ").length, 0);
  }

  changes(material: Material, fine: boolean): readonly Change<Material>[] {
    const known = this.known.get(material) ?? {};
    this.known.set(material, known);
    const level = fine ? "fine" : "coarse";
    return (known[level] ??= this.find(material, fine));
  }

  together(material: Material, changes: readonly Change<Material>[]): Material | null {
    const made = changes as readonly Made[];
    const apart = made.every((one, i) => made.slice(0, i).every((other) => disjoint(one.edits, other.edits)));
    if (!apart) return null;
    return this.apply(
      material,
      made.flatMap(({ edits }) => edits),
      made.flatMap(({ settings }) => settings),
    );
  }

  private find(material: Material, fine: boolean): Made[] {
    const { sources, data } = split(material.files);
    const program = parseProgram(this.grammar, sources);
    const units = unitsOf(program).filter(({ kind }) => fine || kind !== "simplify");
    const comments = commentUnit(program);
    // Units are made of offsets: the trees have done their part, and they are not the garbage collector's.
    for (const { root } of program.files) root.tree.delete();
    const all = [...(comments === null ? [] : [comments]), ...units, ...lineUnits(data)];
    const made = all.map((unit) => this.made(material, unit));
    const settings = settingsOf(material.manifest).map(({ title, path }) =>
      this.change(material, `setting ${title}`, title, [], [path]),
    );
    const distinct = new Map<string, Made>();
    for (const each of [...made, ...settings]) if (!distinct.has(each.key)) distinct.set(each.key, each);
    return [...distinct.values()];
  }

  private made(material: Material, { kind, title, edits, saved }: Unit): Made {
    const [first] = edits;
    const gone = edits.map(
      ({ file, start, end, text }) => `${material.files[file]?.slice(start, end) ?? ""}=>${text}`,
    );
    return this.change(
      material,
      `${kind} ${first?.file ?? ""} ${saved} ${gone.join("|")}`,
      `${kind}: ${title}`,
      edits,
      [],
    );
  }

  private change(
    material: Material,
    key: string,
    title: string,
    edits: readonly Edit[],
    settings: Made["settings"],
  ): Made {
    const apply = (): Material => this.apply(material, edits, settings);
    let made: Material | null = null;
    return {
      key,
      title,
      edits,
      settings,
      get material() {
        return (made ??= apply());
      },
    };
  }

  private apply({ manifest, files }: Material, edits: readonly Edit[], settings: Made["settings"]): Material {
    const changed = applyEdits(files, edits);
    const tidy = this.grammar.language === "go" ? tidied(this.grammar, changed) : changed;
    return { manifest: withoutSettings(manifest, settings), files: tidy };
  }
}

/** Files of a repro that the grammar reads, and the others. */
function split(files: Files): { sources: Files; data: Files } {
  const entries = Object.entries(files);
  return {
    sources: Object.fromEntries(entries.filter(([path]) => SOURCE.test(path))),
    data: Object.fromEntries(entries.filter(([path]) => !SOURCE.test(path))),
  };
}

/** Go refuses imports and variables that nothing uses. */
function tidied(grammar: Grammar, files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, path.endsWith(".go") ? tidyGo(grammar, text) : text]),
  );
}
