import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { badRequest } from "../failure.js";

/** What the Go files of one folder are. */
export interface GoPackage {
  /** Its path from the module's root: `.`, `./cmd/serve`. */
  readonly path: string;
  readonly isMain: boolean;
  readonly hasTests: boolean;
}

/** How a folder of Go files is built where nobody says it. */
export interface GoTarget {
  readonly test?: true;
  readonly target?: string;
}

/** No program, by Go's own rules or by custom. */
const ASIDE = /^[._]|^(testdata|vendor|node_modules)$/;
const MOST_FOLDERS = 2000;

/** The module that a folder belongs to without holding its go.mod: its root; null where there is none. */
export async function moduleAbove(folder: string): Promise<string | null> {
  for (let at = dirname(folder), up = 0; up < 12 && at !== dirname(at); at = dirname(at), up += 1) {
    const names = await readdir(at).catch((): string[] => []);
    if (names.includes("go.mod")) return at;
    if (names.includes(".git")) return null;
  }
  return null;
}

/** What the Go files in a folder are; null where there are none. `root`: what its path is relative to. */
export async function packageIn(
  folder: string,
  root: string,
  given?: readonly string[],
): Promise<GoPackage | null> {
  const files = (given ?? (await readdir(folder))).filter((name) => name.endsWith(".go"));
  if (files.length === 0) return null;
  const plain = files.filter((name) => !name.endsWith("_test.go"));
  const clauses = await Promise.all(plain.map((name) => packageClause(join(folder, name))));
  const path = relative(root, folder);
  return {
    path: path === "" ? "." : `./${path}`,
    isMain: clauses.includes("main"),
    hasTests: plain.length < files.length,
  };
}

/**
 * What of a folder of Go files is meant: a program; where it is none, its tests; of a module without either at its root, the one program below,
 * else the one package with tests. Throws a Failure("request") where several are as good.
 */
export async function goTarget(
  folder: string,
  names: readonly string[],
  argument: string,
): Promise<GoTarget> {
  const here = await packageIn(folder, folder, names);
  if (here?.isMain === true) return {};
  if (here?.hasTests === true) return { test: true };
  if (!names.includes("go.mod")) return {};
  const below = await packagesBelow(folder);
  const mains = below.filter(({ isMain }) => isMain);
  const [main] = mains;
  if (main !== undefined && mains.length === 1) return { target: main.path };
  if (mains.length > 1) throw several(argument, "programs", mains, "");
  const tested = below.filter(({ hasTests }) => hasTests);
  const [only] = tested;
  if (only !== undefined && tested.length === 1) return { target: only.path, test: true };
  if (tested.length > 1) throw several(argument, "packages with tests", tested, " --test");
  return {};
}

function several(argument: string, what: string, found: readonly GoPackage[], flag: string): Error {
  const paths = found.slice(0, 12).map(({ path }) => path);
  const more = found.length > paths.length ? `, and ${found.length - paths.length} more` : "";
  return badRequest(
    `${argument}: ${found.length} ${what} are in this module: ${paths.join(", ")}${more}`,
    `say which one is meant: --target ${paths[0] ?? "."}${flag}`,
  );
}

async function packagesBelow(root: string): Promise<GoPackage[]> {
  const found: GoPackage[] = [];
  let level = [root];
  let looked = 0;
  while (level.length > 0 && looked < MOST_FOLDERS) {
    const next: string[] = [];
    for (const folder of level) {
      looked += 1;
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
      // A module of its own is no part of this one.
      if (folder !== root && names.includes("go.mod")) continue;
      const here = await packageIn(folder, root, names);
      if (here !== null) found.push(here);
      const folders = entries.filter((entry) => entry.isDirectory() && !ASIDE.test(entry.name));
      next.push(...folders.map(({ name }) => join(folder, name)));
    }
    level = next;
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Large enough for any licence and comment before a package clause. */
const HEAD_BYTES = 64 * 1024;

/** The name after `package`; null where there is none. A file that go leaves out (`//go:build ignore`) is no part of the package. */
async function packageClause(file: string): Promise<string | null> {
  const text = (await readFile(file, "utf8").catch(() => "")).slice(0, HEAD_BYTES);
  if (/^\/\/(?:go:build ignore|\s*\+build ignore)\s*$/m.test(text)) return null;
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, " ").replace(/\/\/.*$/gm, "");
  return /^\s*package\s+(\w+)/.exec(bare)?.[1] ?? null;
}

/** A C program that is linked to a Go library: its C files and the header that go makes for them. */
export interface CHost {
  readonly hosts: readonly string[];
  /** `libtally` of `#include "libtally.h"`. */
  readonly library: string;
}

/**
 * A folder in which C has the `main` and Go is its library: Go exports functions, and a C file includes a header that nobody wrote. go itself would
 * take the C file for a part of the Go package.
 */
export async function cHostIn(folder: string, names: readonly string[]): Promise<CHost | null> {
  const read = async (name: string): Promise<string> => readFile(join(folder, name), "utf8").catch(() => "");
  const gos = names.filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
  const exporting = await Promise.all(gos.map(async (name) => /^\/\/export\s+\w+/m.test(await read(name))));
  if (!exporting.includes(true)) return null;
  const hosts = names.filter((name) => name.endsWith(".c")).sort();
  const texts = await Promise.all(hosts.map(read));
  if (!texts.some((text) => /\bmain\s*\(/.test(text))) return null;
  const headers = texts.flatMap((text) => [...text.matchAll(/^\s*#\s*include\s+"([\w+-]+)\.h"/gm)]);
  const library = headers.map(([, name = ""]) => name).find((name) => !names.includes(`${name}.h`));
  return library === undefined || library === "_cgo_export" ? null : { hosts, library };
}

/** Builds the library as the program is linked: shared, or as an archive in a static one. */
export function cHostBuild({ hosts, library }: CHost, gos: readonly string[]): string {
  return [
    `case "$LDFLAGS" in *-static*) mode=c-archive lib=${library}.a static=-static ;; *) mode=c-shared lib=${library}.so static= ;; esac`,
    `go build -buildmode=$mode -o "$OUTDIR/$lib" ${gos.map(quoted).join(" ")}`,
    `$CC $CFLAGS -I"$OUTDIR" -o "$OUT" ${hosts.map(quoted).join(" ")} "$OUTDIR/$lib" $static -Wl,-rpath,'$ORIGIN' -lpthread`,
    `rm -f "$OUTDIR/${library}.a"`,
  ].join(" &&\n");
}

function quoted(name: string): string {
  return `'./${basename(name).replaceAll("'", "'\\''")}'`;
}
