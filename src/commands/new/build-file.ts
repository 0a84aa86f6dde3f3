import { buildBy, type Build } from "../../manifest/project.js";
import type { CodeBlock } from "./block.js";

/** A file that says how a program is built, as a text shows it. */
export interface BuildFile {
  readonly name: string;
  readonly text: string;
}

/** What each has that no other text has, by the names that the builds of projects know. */
const FORMS: readonly (readonly [name: string, has: RegExp])[] = [
  ["Cargo.toml", /^\[package\]\s*$/m],
  ["CMakeLists.txt", /^\s*(?:add_executable|cmake_minimum_required|project)\s*\(/im],
  ["meson.build", /^project\s*\(\s*'/m],
];
/** The name of one, on its own or at the end of the line before a block: `and this CMakeLists.txt:`. */
const NAMED =
  /\b(Cargo\.toml|CMakeLists\.txt|meson\.build|GNUmakefile|[Mm]akefile)\b[`*"]{0,3}\s*(?:is|was)?\s*:?\s*$/;
/** A rule: a target, and a command behind a tab, or behind the spaces that pages make of it. */
const RULE = /^[\w$(){}./%-]+(?: [\w$(){}./%-]+)*\s*:(?!=).*\n(?:\t| {2,})\S/m;

/** The first of a text's blocks that is such a file. */
export function buildFileIn(
  blocks: readonly CodeBlock[],
): (BuildFile & { readonly block: CodeBlock }) | null {
  for (const block of blocks) {
    const name = nameOf(block);
    // A page that shows a Makefile has spaces where its tabs were.
    if (name !== null)
      return {
        name,
        block,
        text: /akefile$/.test(name) ? block.text.replace(/^ {2,}(?=\S)/gm, "\t") : block.text,
      };
  }
  return null;
}

function nameOf({ file, info, before = "", text }: CodeBlock): string | null {
  if (file !== undefined) return buildBy(file, "") === null ? null : file;
  const named = NAMED.exec(before)?.[1] ?? (/^make(?:file)?$/.test(info) ? "Makefile" : undefined);
  if (named !== undefined && /akefile$/.test(named)) return RULE.test(text) ? named : null;
  return FORMS.find(([name, has]) => (named === undefined || named === name) && has.test(text))?.[0] ?? null;
}

/** Source files that a build file names, beside a comment's: each once. */
export function sourcesNamedIn({ name, text }: BuildFile): string[] {
  if (name === "Cargo.toml")
    return [...text.matchAll(/^\s*path\s*=\s*"([^"\n]{1,200}\.rs)"/gm)].map(([, path = ""]) => path);
  const plain = text.replace(/#.*$/gm, "");
  return [...new Set(plain.match(/(?<![\w./$}-])\w[\w./+-]{0,100}\.(?:cc|cpp|cxx|c|C|s|S|f90)\b/g) ?? [])];
}

/** What of a build can be had here: how it is called, or why it cannot be. `has`: whether a file of that path is among the repro's. */
export function usable(file: BuildFile, has: (path: string) => boolean): Build | { readonly why: string } {
  const build = buildBy(file.name, file.text);
  if (build === null) return { why: "vivarium does not know how to build with it" };
  const missing = sourcesNamedIn(file).filter((path) => !has(path));
  if (missing.length > 0) return { why: `it names ${missing.join(", ")}, which the text does not show` };
  const crates = cratesOf(file);
  if (crates.length > 0)
    return {
      why: `it needs ${crates.join(", ")}, and a build has no network: \`cargo vendor\` in the folder`,
    };
  return build;
}

/** Crates that Cargo would fetch. */
function cratesOf({ name, text }: BuildFile): string[] {
  if (name !== "Cargo.toml") return [];
  const section = /^\[dependencies\][^\S\n]*\n((?:(?!\[).*\n?)*)/m.exec(text)?.[1] ?? "";
  return section.split("\n").flatMap((line) => {
    const crate = /^\s*([\w-]{1,60})\s*=/.exec(line)?.[1];
    return crate === undefined || /\bpath\s*=/.test(line) ? [] : [crate];
  });
}
