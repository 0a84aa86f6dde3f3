import type { Manifest } from "../../manifest/repro.js";
import { applyEdits, disjoint, type Edit, type Files } from "../syntax/edit.js";
import { tidyGo } from "../syntax/go-tidy.js";
import type { Grammar } from "../syntax/grammar.js";
import { parseProgram } from "../syntax/program.js";
import { commentUnit, unitsOf, type Unit } from "../syntax/units.js";
import { isProgram, type Material } from "../candidate/material.js";
import { isNamed } from "../candidate/whole.js";
import { settingsOf, withoutSettings } from "../candidate/settings.js";
import { lineUnits } from "./lines.js";
import { partition } from "./partition.js";
import type { Change, Reducible } from "./state.js";

/** A change as it is made of edits and of settings that are left out. */
interface Made extends Change<Material> {
  readonly edits: readonly Edit[];
  readonly settings: readonly (readonly (string | number)[])[];
}

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

  apart(one: Change<Material>, other: Change<Material>): boolean {
    return disjoint((one as Made).edits, (other as Made).edits);
  }

  together(material: Material, changes: readonly Change<Material>[]): Material {
    const made = changes as readonly Made[];
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
    const settings = settingsOf(material.manifest).map(({ title, path }) =>
      this.change(material, `setting ${title}${sizeOf(material, path)}`, title, includesOf(material, path), [
        path,
      ]),
    );
    const [whole, others] = partition(settings, ({ settings: [path] }) => path?.[0] === "sources");
    const made = [...units, ...lineUnits(data)].map((unit) => this.made(material, unit));
    const first = comments === null ? [] : [this.made(material, comments)];
    const distinct = new Map<string, Made>();
    for (const each of [...first, ...whole, ...made, ...others])
      if (!distinct.has(each.key)) distinct.set(each.key, each);
    return [...distinct.values()];
  }

  private made(material: Material, { kind, key, title, edits }: Unit): Made {
    return this.change(material, key, `${kind}: ${title}`, edits, []);
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

  private apply(material: Material, edits: readonly Edit[], settings: Made["settings"]): Material {
    const changed = applyEdits(material.files, edits);
    const files = this.grammar.language === "go" ? tidied(this.grammar, changed, edits) : changed;
    const manifest = withoutSettings(material.manifest, butOneSource(material.manifest, settings));
    return { manifest, files: settings.length === 0 ? files : namedIn(manifest, files) };
  }
}

/** A program has a source: where all are to go, the first stays. */
function butOneSource({ sources }: Manifest, settings: Made["settings"]): Made["settings"] {
  const gone = settings.filter(([key]) => key === "sources");
  return gone.length < sources.length
    ? settings
    : settings.filter(([key, at]) => key !== "sources" || at !== 0);
}

/** What is still part of the repro. */
function namedIn(manifest: Manifest, files: Files): Files {
  return Object.fromEntries(Object.entries(files).filter(([path]) => isNamed(manifest, path)));
}

/** Roughly how much is in a source: a file that little is left of is worth another try. */
function sizeOf({ manifest, files }: Material, [key, at]: readonly (string | number)[]): string {
  const path = key === "sources" ? manifest.sources[Number(at)] : undefined;
  return path === undefined ? "" : ` ${Math.round(Math.log2((files[path]?.length ?? 0) + 1))}`;
}

/** A file is left out with the lines that include it. */
function includesOf({ manifest, files }: Material, [key, at]: readonly (string | number)[]): Edit[] {
  const gone = key === "sources" ? manifest.sources[Number(at)] : undefined;
  if (gone === undefined) return [];
  const isGone = (named: string): boolean => `/${gone}`.endsWith(`/${named.replace(/^(\.\.?\/)+/, "")}`);
  return Object.entries(files).flatMap(([file, text]) =>
    [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)".*\n?/gm)].flatMap(
      ({ 0: line, 1: named = "", index }) =>
        isGone(named) ? [{ file, start: index, end: index + line.length, text: "" }] : [],
    ),
  );
}

/** Files of a repro that the grammar reads, and the others. */
function split(files: Files): { sources: Files; data: Files } {
  const entries = Object.entries(files);
  return {
    sources: Object.fromEntries(entries.filter(([path]) => isProgram(path))),
    data: Object.fromEntries(entries.filter(([path]) => !isProgram(path))),
  };
}

/** Go refuses imports and variables that nothing uses. Only what was edited has new ones. */
function tidied(grammar: Grammar, files: Files, edits: readonly Edit[]): Files {
  const edited = new Set(edits.map(({ file }) => file).filter((path) => path.endsWith(".go")));
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, edited.has(path) ? tidyGo(grammar, text) : text]),
  );
}
