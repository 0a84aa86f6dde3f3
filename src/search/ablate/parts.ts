import type { Manifest } from "../../manifest/repro.js";
import { applyEdits } from "../syntax/edit.js";
import { tidyGo } from "../syntax/go-tidy.js";
import type { Grammar } from "../syntax/grammar.js";
import { partsOf, type PartKind, type ProgramPart } from "../syntax/parts.js";
import { parseProgram } from "../syntax/program.js";
import type { Material } from "../candidate/material.js";
import { settingsOf, withoutSettings } from "../candidate/settings.js";

/** A part of a repro, and the repro without it. */
export interface Part {
  readonly id: string;
  readonly kind: PartKind | "setting";
  readonly title: string;
  /** Where it stands; null for settings. */
  readonly place: { readonly file: string; readonly line: number; readonly lastLine: number } | null;
  readonly needs: string;
  readonly without: Material;
  /** Name of a condition of `--perturb` under which attempts are made instead. */
  readonly condition: string | null;
}

const SOURCE = /\.(c|cc|cpp|cxx|go)$/;

/** Every part of a repro: of its program, of its settings, of the files that are laid over the root. */
export function ablationParts(grammar: Grammar, material: Material): Part[] {
  const sources = Object.fromEntries(Object.entries(material.files).filter(([path]) => SOURCE.test(path)));
  const program = parseProgram(grammar, sources);
  const parts = partsOf(program).map((part) => programPart(grammar, material, part));
  for (const { root } of program.files) root.tree.delete();
  return [...parts, ...settings(material), ...fileLines(material)].map((part, i) => ({
    ...part,
    id: `${i + 1}`,
  }));
}

/** A part of a program, and the repro without it. */
export function programPart(grammar: Grammar, material: Material, part: ProgramPart): Part {
  const { kind, title, file, line, lastLine, needs, edits } = part;
  const edited = applyEdits(material.files, edits);
  const files = file.endsWith(".go") ? { ...edited, [file]: tidyGo(grammar, edited[file] ?? "") } : edited;
  const without = { ...material, files };
  return { id: "", kind, title, place: { file, line, lastLine }, needs, without, condition: null };
}

function settings(material: Material): Part[] {
  const { manifest } = material;
  const setting = (
    title: string,
    needs: string,
    without: Material,
    condition: string | null = null,
  ): Part => ({
    id: "",
    kind: "setting",
    title,
    place: null,
    needs,
    without,
    condition,
  });
  const changed = (change: Partial<Manifest>): Material => ({
    ...material,
    manifest: { ...manifest, ...change },
  });
  const isStatic = (manifest.link ?? "static") === "static";
  const link = isStatic
    ? setting("static linking", "static linking", changed({ link: "dynamic" }))
    : setting("dynamic linking", "dynamic linking", changed({ link: "static" }));
  const isGo = manifest.language === "go";
  const withCgo = manifest.cgo ?? true;
  return [
    link,
    ...(isGo
      ? [
          setting(
            withCgo ? "cgo" : "no cgo",
            withCgo ? "cgo" : "a build without cgo",
            changed({ cgo: !withCgo }),
          ),
        ]
      : []),
    ...settingsOf(manifest).map(({ title, path }) =>
      setting(title, title, { ...material, manifest: withoutSettings(manifest, [path]) }),
    ),
    setting("more than one CPU", "more than one CPU", material, "one-cpu"),
    ...(isGo ? [setting("more than one P", "GOMAXPROCS above 1", material, "gomaxprocs-1")] : []),
    setting("the user", "a user without rights", changed({ run: { ...manifest.run, user: 0 } })),
    setting("the C locale", "the C locale", changed({ env: { ...manifest.env, LC_ALL: "C.UTF-8" } })),
  ];
}

/** Lines of the files that are laid over the root; comments and blank ones are none. */
function fileLines(material: Material): Part[] {
  return Object.entries(material.manifest.files ?? {}).flatMap(([to, path]) => {
    const lines = (material.files[path] ?? "").split("\n");
    return lines.flatMap((line, i): Part[] => {
      if (line.trim() === "" || line.trim().startsWith("#")) return [];
      const text = lines.filter((_, at) => at !== i).join("\n");
      const without = { ...material, files: { ...material.files, [path]: text } };
      const title = `${line.trim()} in ${to}`;
      return [{ id: "", kind: "setting", title, place: null, needs: title, without, condition: null }];
    });
  });
}
