import { shellLine, shellQuote } from "../../images/quote.js";
import { SOURCES } from "../../images/recipe/shape.js";
import { Failure } from "../../failure.js";
import type { CandidateBench } from "../candidate/bench.js";
import type { Material } from "../candidate/material.js";
import { textsLeft } from "../candidate/texts-left.js";

const FORMATTED = "formatted/";

/** A Go program as the environment's own gofmt writes it; as it is where that cannot be asked. */
export async function gofmt(bench: CandidateBench, cellId: string, material: Material): Promise<Material> {
  const paths = Object.keys(material.files).filter((path) => path.endsWith(".go"));
  const command = [
    "set -e",
    ...paths.flatMap((path) => [
      `mkdir -p "$(dirname "$OUTDIR"/${shellQuote(FORMATTED + path)})"`,
      `${shellLine(["gofmt", `${SOURCES}/${path}`])} > "$OUTDIR"/${shellQuote(FORMATTED + path)}`,
    ]),
    'echo done > "$OUT"',
  ].join("\n");
  try {
    const left = await textsLeft(bench, cellId, material, () => command);
    const formatted = [...left].flatMap(([path, text]) =>
      path.startsWith(FORMATTED) ? [[path.slice(FORMATTED.length), text] as const] : [],
    );
    return { ...material, files: { ...material.files, ...Object.fromEntries(formatted) } };
  } catch (error) {
    // How it looks is no reason to lose what was found.
    if (bench.options.signal.aborted || !(error instanceof Failure)) throw error;
    return material;
  }
}
