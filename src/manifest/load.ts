import { lstat, open, readFile, readdir, realpath } from "node:fs/promises";
import { basename, dirname, extname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { badRequest } from "../failure.js";
import { bareFolder, bareManifest, type LoadOptions } from "./bare-folder.js";
import { LANGUAGE_OF, sourceEndings } from "./languages.js";
import { didYouMean, nearestNames } from "./nearest.js";
import { holdsFile } from "./project.js";
import { Manifest, type Variant } from "./repro.js";

/** A repro as it lies on disk: what its manifest says and where its files are. */
export interface ReproFolder {
  /** Absolute path that every path of the manifest is relative to. */
  readonly path: string;
  readonly manifest: Manifest;
  /** Files from elsewhere that flags add: path in the repro -> absolute path. */
  readonly outside: Readonly<Record<string, string>>;
  /** How the user named it, for the command line that repeats a campaign. */
  readonly argument: string;
}

const MANIFEST = "repro.yaml";

/**
 * Finds and reads a repro: a path (a folder with or without a manifest, a single source file), else a name in one of
 * `shelves` (folders that hold repros). Throws a Failure("request") that says what is wrong and where.
 */
export async function loadRepro(
  argument: string,
  shelves: readonly string[],
  cwd: string,
  options: LoadOptions = {},
): Promise<ReproFolder> {
  const found = await find(argument, shelves, cwd);
  if (found === null) {
    if (isFileName(argument)) {
      const near = await neighbours(argument, cwd);
      throw badRequest(
        `no repro '${argument}': there is no such file or folder`,
        near.length > 0 ? didYouMean(argument, near) : `it is looked for at ${resolve(cwd, argument)}`,
      );
    }
    const names = [...(await shelfNames(shelves)), ...(await neighbours(argument, cwd))];
    throw badRequest(`no repro '${argument}': neither a path nor a name`, didYouMean(argument, names));
  }
  if (found.kind === "file") return fromFile(found.path, argument);
  const file = join(found.path, MANIFEST);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw badRequest(`${file}: cannot be read: ${error.message}`, null, error);
  });
  if (text === null) return fromFolder(found.path, argument, options);
  const shown = relative(cwd, file).startsWith("..") ? file : relative(cwd, file);
  // YAML is loaded where there is any: to run a source file takes none.
  const { parseDocumentAs } = await import("./document.js");
  const { Configuration } = await import("./configuration.js");
  const manifest = parseDocumentAs(Manifest, text, shown, [
    { name: "vivarium.config.yaml", schema: Configuration },
  ]);
  checkVariants(manifest, shown);
  await checkFiles(found.path, manifest, shown);
  return { path: found.path, manifest, argument, outside: {} };
}

/** Names of all repros on the shelves, sorted; a name on several shelves is the first shelf's. */
export async function shelfNames(shelves: readonly string[]): Promise<string[]> {
  const names = new Set<string>();
  for (const shelf of shelves) {
    for (const entry of await readdir(shelf, { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory()) names.add(entry.name);
    }
  }
  return [...names].sort();
}

/** Sources and folders beside a path that is not there, as the user would have named them. */
async function neighbours(argument: string, cwd: string): Promise<string[]> {
  const prefix = argument.slice(0, argument.lastIndexOf("/") + 1);
  const entries = await readdir(resolve(cwd, prefix || "."), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() || LANGUAGE_OF[extname(entry.name)] !== undefined)
    .map(({ name }) => prefix + name)
    .filter((name) => nearestNames(argument, [name]).length > 0);
}

async function find(
  argument: string,
  shelves: readonly string[],
  cwd: string,
): Promise<{ kind: "file" | "folder"; path: string } | null> {
  const isName = !argument.includes("/") && argument !== "." && argument !== "..";
  const candidates = [
    ...(isName ? shelves.map((shelf) => join(shelf, argument)) : []),
    resolve(cwd, argument),
  ];
  for (const path of candidates) {
    const stat = await lstat(await realpath(path).catch(() => path)).catch(() => null);
    if (stat?.isDirectory()) return { kind: "folder", path: await realpath(path) };
    if (stat?.isFile()) return { kind: "file", path: await realpath(path) };
  }
  return null;
}

/** Whether a person means a file or folder, and no name of a shelf. */
function isFileName(argument: string): boolean {
  return argument.includes("/") || LANGUAGE_OF[extname(argument)] !== undefined;
}

async function fromFile(path: string, argument: string): Promise<ReproFolder> {
  const file = basename(path);
  if (file === MANIFEST) {
    throw badRequest(`${argument}: this is a manifest`, `name its folder: ${dirname(argument)}`);
  }
  const language = LANGUAGE_OF[extname(file)];
  if (language === undefined) {
    throw badRequest(
      `${argument}: not a source file that vivarium can build (${sourceEndings()})`,
      (await isElf(path))
        ? `for a compiled program: vivarium run ${argument} --prebuilt`
        : "give a source file, a folder with sources or repro.yaml, or a compiled program with --prebuilt",
    );
  }
  if (file.endsWith("_test.go")) return fromFolder(dirname(path), argument, { test: true });
  const manifest = bareManifest(basename(file, extname(file)), language, [file]);
  const ldflags = (await startsItself(path)) ? { ldflags: ["-nostdlib"] } : {};
  return { path: dirname(path), manifest: { ...manifest, ...ldflags }, argument, outside: {} };
}

/** More than a program in assembler that somebody wrote. */
const MOST_ASSEMBLER = 1024 * 1024;

/** Whether it is in gcc's assembler, and begins at a _start of its own in place of libc's. */
async function startsItself(path: string): Promise<boolean> {
  if (!/\.[sS]$/.test(path) || (await lstat(path)).size > MOST_ASSEMBLER) return false;
  const text = await readFile(path, "latin1");
  return /^\s*\.glob(?:a)?l\s+_start\b/m.test(text) && !/^\s*main:/m.test(text);
}

async function isElf(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString("latin1") === "\x7fELF";
  } finally {
    await file.close();
  }
}

async function fromFolder(path: string, argument: string, options: LoadOptions): Promise<ReproFolder> {
  const bare = await bareFolder(path, argument, options);
  return { ...bare, argument, outside: {} };
}

function checkVariants(manifest: Manifest, file: string): void {
  const names = Object.keys(manifest.variants ?? {});
  if (manifest.default !== undefined && !names.includes(manifest.default)) {
    throw badRequest(
      `${file}: default: no variant '${manifest.default}'`,
      didYouMean(manifest.default, names),
    );
  }
}

/** Every file that the manifest names: path relative to the folder -> the key that names it. */
export function namedFiles(manifest: Manifest): Map<string, string> {
  const named = new Map<string, string>();
  if (manifest.run?.stdin !== undefined) named.set(manifest.run.stdin, "run.stdin");
  const builds: [string, Variant][] = [["", manifest], ...Object.entries(manifest.variants ?? {})];
  for (const [variant, build] of builds) {
    const prefix = variant === "" ? "" : `variants.${variant}.`;
    for (const path of build.sources ?? []) named.set(path, `${prefix}sources`);
    for (const path of build.patches ?? []) named.set(path, `${prefix}patches`);
    for (const path of Object.values(build.files ?? {})) named.set(path, `${prefix}files`);
  }
  return named;
}

/** A manifest may come from anywhere (a bundle, a stranger): what it names must be a file inside its folder. */
async function checkFiles(folder: string, manifest: Manifest, file: string): Promise<void> {
  const root = await realpath(folder);
  for (const [path, key] of namedFiles(manifest)) {
    // Also where it comes back in: the same path in a copy of the folder would lead elsewhere.
    if (isAbsolute(path) || /^\.\.(\/|$)/.test(posix.normalize(path))) {
      throw badRequest(
        `${file}: ${key}: '${path}' leads out of the repro's folder`,
        "copy the file into the folder, and name it by its path there",
      );
    }
    const real = await realpath(resolve(root, path)).catch(() => null);
    if (real === null) {
      const remedy = /[*?[{]/.test(path)
        ? "patterns are not looked up here: name the files, or their folder"
        : didYouMean(path, await readdir(root).catch(() => []));
      throw badRequest(`${file}: ${key}: '${path}' does not exist in ${folder}`, remedy);
    }
    if (real !== root && !real.startsWith(root + sep)) {
      throw badRequest(
        `${file}: ${key}: '${path}' leads out of the repro's folder`,
        "copy the file into the folder",
      );
    }
    const stat = await lstat(real);
    if (!stat.isFile() && !stat.isDirectory()) {
      throw badRequest(`${file}: ${key}: '${path}' is neither a file nor a folder`);
    }
    if (stat.isDirectory() && !(await holdsFile(real)))
      throw badRequest(`${file}: ${key}: '${path}' is a folder without files`, "leave it out");
  }
}
