import { shellLine } from "../../images/quote.js";
import { SOURCES } from "../../images/recipe/shape.js";
import type { BuildPlan } from "../../plan/plan.js";
import type { CandidateBench } from "../candidate/bench.js";
import type { Material } from "../candidate/material.js";
import { textsLeft } from "../candidate/texts-left.js";

/** A package of Go as an environment builds it: build tags and patches have been minded. */
export interface GoPackage {
  /** `net`, `internal/poll`; for loose files what go calls them. */
  readonly path: string;
  /** Where its files lie: in the Go tree (`src/net`), or in the repro. */
  readonly origin: "tree" | "program";
  readonly folder: string;
  /** By name. */
  readonly files: Readonly<Record<string, string>>;
}

const LIST = "program";
/** For each package its path, its folder and its files; a package of a test's build (`net [x.test]`) is none of its own. */
const FORMAT =
  '{{if not .ForTest}}{{$p := .ImportPath}}{{$d := .Dir}}{{range .GoFiles}}{{$p}} {{$d}} {{.}}{{"\\n"}}{{end}}{{range .CgoFiles}}{{$p}} {{$d}} {{.}}{{"\\n"}}{{end}}{{end}}';

/** Reads the packages that a Go program is built of, with the repro's patches applied. Nothing where go cannot list them. */
export async function readGoTree(
  bench: CandidateBench,
  cellId: string,
  material: Material,
): Promise<ReadonlyMap<string, GoPackage>> {
  return packagesOf(await textsLeft(bench, cellId, material, listing));
}

/** A command line of a build that leaves the packages' files in place of a program. */
function listing({ sources, target, test }: BuildPlan): string {
  const isModule = sources.some((path) => path.endsWith("go.mod"));
  const packages = isModule
    ? [target === undefined ? "." : `./${target.replace(/^\.\//, "")}`]
    : sources.filter((path) => path.endsWith(".go")).map((path) => `${SOURCES}/${path}`);
  const list = shellLine(["go", "list", ...(test ? ["-test"] : []), "-deps", "-f", FORMAT, ...packages]);
  return [
    "set -e",
    `${list} > "$OUT"`,
    `while read -r path folder file; do`,
    `mkdir -p "$OUTDIR/files/$path"`,
    `cp -L "$folder/$file" "$OUTDIR/files/$path/$file"`,
    `done < "$OUT"`,
  ].join("\n");
}

function packagesOf(texts: ReadonlyMap<string, string>): Map<string, GoPackage> {
  const packages = new Map<string, GoPackage & { files: Record<string, string> }>();
  for (const line of (texts.get(LIST) ?? "").split("\n")) {
    const [path, dir, file] = line.split(" ");
    if (path === undefined || dir === undefined || file === undefined) continue;
    const text = texts.get(`files/${path}/${file}`);
    if (text === undefined) continue;
    const own = dir === SOURCES || dir.startsWith(`${SOURCES}/`);
    const known = packages.get(path) ?? {
      path,
      origin: own ? ("program" as const) : ("tree" as const),
      folder: own ? dir.slice(SOURCES.length + 1) : `src/${path}`,
      files: {},
    };
    known.files[file] = text;
    packages.set(path, known);
  }
  return packages;
}

/** Where a file of a package lies: relative to the Go tree, or to the repro. */
export function pathIn({ folder }: GoPackage, file: string): string {
  return folder === "" ? file : `${folder}/${file}`;
}
