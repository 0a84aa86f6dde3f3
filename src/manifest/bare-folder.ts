import { readdir } from "node:fs/promises";
import { basename, extname, relative } from "node:path";
import { badRequest } from "../failure.js";
import { cHostBuild, cHostIn, goTarget, moduleAbove, packageIn } from "./go-package.js";
import { compiledLanguage } from "./compiled-languages.js";
import { LANGUAGE_OF, sourceEndings } from "./languages.js";
import { languageIn, projectIn, wholeFolder, type Project } from "./project.js";
import type { Language, Manifest } from "./repro.js";

/** Files that belong to a folder's program without being compiled on their own. */
const BESIDE = new Set([".h", ".hh", ".hpp", ".inc", ".s", ".S", ".mod", ".sum"]);

/** What is known of a repro before it is looked at. */
export interface LoadOptions {
  /** A command line builds it: of a folder without a manifest it may need every file. */
  readonly ownBuild?: boolean;
  /** Its tests are meant, or one of its programs: nothing has to be found out. */
  readonly test?: boolean;
  readonly target?: string | undefined;
}

/** A folder that says nothing of itself, and the manifest that it would have. */
export interface BareFolder {
  /** The folder, or the Go module that it belongs to. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** What a folder without a manifest is, by what lies in it. Throws a Failure("request") where that is no program. */
export async function bareFolder(path: string, argument: string, options: LoadOptions): Promise<BareFolder> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const all = await wholeFolder(path, entries);
  if (names.some((name) => name === "go.mod" || name.endsWith(".go")))
    return goFolder({ path, names, all }, argument, options);
  const project = await projectIn(path, names);
  if (project !== null || options.ownBuild === true)
    return { path, manifest: await projectManifest(path, all, project, options.ownBuild === true) };
  return { path, manifest: looseManifest(path, names, argument) };
}

interface Listing {
  readonly path: string;
  /** Its files. */
  readonly names: readonly string[];
  /** All that is in it, but for other tools' own. */
  readonly all: readonly string[];
}

async function goFolder(folder: Listing, argument: string, options: LoadOptions): Promise<BareFolder> {
  const { path, names, all } = folder;
  if (!names.includes("go.mod")) {
    const root = await moduleAbove(path);
    if (root !== null) return goPackageOf(root, path, options);
    const host = await cHostIn(path, names);
    if (host !== null && options.ownBuild !== true) {
      const gos = names.filter((name) => name.endsWith(".go") && !name.endsWith("_test.go")).sort();
      const manifest = bareManifest(basename(path), "go", loose(names));
      return { path, manifest: { ...manifest, link: "dynamic", build: cHostBuild(host, gos) } };
    }
  }
  const sources = names.includes("go.mod") ? moduleSources(all) : loose(names);
  const meant = options.ownBuild === true || options.target !== undefined;
  const found = meant || options.test === true ? {} : await goTarget(path, names, argument);
  const test = options.test === true ? { test: true } : {};
  return { path, manifest: { ...bareManifest(basename(path), "go", sources), ...found, ...test } };
}

/** A package inside of a module: the module is what is built. */
async function goPackageOf(root: string, path: string, options: LoadOptions): Promise<BareFolder> {
  const all = moduleSources(await wholeFolder(root, await readdir(root, { withFileTypes: true })));
  const here = await packageIn(path, root);
  const isTest = options.test === true || (here?.isMain === false && here.hasTests);
  const manifest = bareManifest(basename(path), "go", all);
  return {
    path: root,
    manifest: { ...manifest, target: `./${relative(root, path)}`, ...(isTest ? { test: true } : {}) },
  };
}

/** A module's packages lie in its folders, what it vendors and embeds among them. */
function moduleSources(all: readonly string[]): string[] {
  return all.filter((name) => !/^[._]/.test(name));
}

/** The files of a folder that a compiler takes or looks for. */
function loose(names: readonly string[]): string[] {
  const sources = names.filter((name) => LANGUAGE_OF[extname(name)] !== undefined).sort();
  return [...sources, ...names.filter((name) => BESIDE.has(extname(name))).sort()];
}

function looseManifest(path: string, names: readonly string[], argument: string): Manifest {
  const sources = names.filter((name) => LANGUAGE_OF[extname(name)] !== undefined);
  if (sources.length === 0) {
    throw badRequest(
      `${argument}: holds neither repro.yaml nor a source file (${sourceEndings()}), nor a Makefile or the like`,
      "`vivarium new NAME` writes a repro folder to start from; --build 'COMMAND' builds a folder by a command line of yours",
    );
  }
  const languages = new Set(sources.map((name) => LANGUAGE_OF[extname(name)] as Language));
  return bareManifest(basename(path), languageOfMany(languages), loose(names));
}

/** One whose compiler takes the others' files too: its own name stands for the folder. */
function languageOfMany(languages: ReadonlySet<Language>): Language {
  const compiled = [...languages].find((language) => compiledLanguage(language) !== null);
  return compiled ?? (languages.has("c++") ? "c++" : "c");
}

/** The manifest of a folder that is built as a whole: as its author's build would link it. */
async function projectManifest(
  path: string,
  sources: string[],
  project: Project | null,
  ownBuild: boolean,
): Promise<Manifest> {
  const { language = await languageIn(path), packages, build } = project ?? {};
  return {
    ...bareManifest(basename(path), language, sources),
    link: "dynamic",
    ...(build === undefined || ownBuild ? {} : { build }),
    ...(packages === undefined ? {} : { packages: [...packages] }),
  };
}

/** The manifest of a program of which nothing else is known. */
export function bareManifest(title: string, language: Language, sources: string[]): Manifest {
  const name =
    title
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[^a-z0-9]+/, "") || "repro";
  const compiled = compiledLanguage(language);
  // musl has no C++ library in Debian, and none of most other languages: their programs are compared on glibc alone.
  const glibcAlone = language === "c++" || (compiled?.foreign ?? null) !== null;
  const environments = glibcAlone ? ["glibc-2.36"] : ["glibc-2.36", "musl-1.2.3"];
  // Their compilers link to shared libraries where nobody asks for another thing.
  const link = compiled === null ? {} : { link: "dynamic" as const };
  return { name, title, language, sources, environments, ...link };
}
