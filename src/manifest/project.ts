import type { Dirent } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Language } from "./repro.js";

/** A folder whose own build makes the program: how that build is called here. */
export interface Project {
  readonly language: Language;
  readonly packages: readonly string[];
  /** The command line that a manifest's `build` would hold. */
  readonly build: string;
}

/** What a project's own flags are left alone for: it would take ours in place of its own defaults. */
const UNSET = "env -u CFLAGS -u CXXFLAGS -u LDFLAGS";
const COMPILERS = 'CC="$CC $CFLAGS $LDFLAGS" CXX="$CXX $CXXFLAGS $LDFLAGS"';
/** Where a build outside the sources goes. */
const APART = "/tmp/build";

const CMAKE =
  `${UNSET} ${COMPILERS} cmake -S . -B ${APART} -DCMAKE_BUILD_RPATH="$OUTDIR" && ` +
  `cmake --build ${APART} --parallel 2`;
const MESON = `${UNSET} ${COMPILERS} meson setup ${APART} && ninja -C ${APART}`;
const MAKE = `${UNSET} make ${COMPILERS}`;
const CONFIGURE = `${UNSET} ${COMPILERS} ./configure --disable-shared && make`;
/** cargo keeps each program twice: those that are meant go where a build's programs are looked for. */
const CARGO =
  "CARGO_HOME=/tmp/cargo cargo build --offline --target-dir /tmp/cargo-target && " +
  `mkdir -p ${APART} && find /tmp/cargo-target/debug -maxdepth 1 -type f -perm -u=x -exec cp {} ${APART} \\;`;
/** What finds libraries for a build that says so somewhere in its file, such as `$(shell pkg-config --libs zlib)`. */
const FINDS_LIBRARIES = /\bpkg-?config\b|\bpkg_check_modules\b/i;
/** A build's file is read as far as this for it. */
const MOST_READ = 1024 * 1024;
const AUTOTOOLS = ["autoconf", "automake", "libtool", "make", "pkg-config"];

/**
 * By the files that say how a project is built, the first that is there: one that is made for the machine goes before one that comes out of it,
 * and what needs the least before what needs more. Packages have the names that Debian and Alpine share.
 */
const BUILDS: readonly [file: string, packages: readonly string[], build: string, language?: Language][] = [
  ["Cargo.toml", ["cargo"], CARGO, "rust"],
  ["CMakeLists.txt", ["cmake", "make"], CMAKE],
  ["meson.build", ["meson", "pkg-config"], MESON],
  ["configure", ["make"], CONFIGURE],
  ["configure.ac", AUTOTOOLS, `autoreconf -fi && ${CONFIGURE}`],
  ["configure.in", AUTOTOOLS, `autoreconf -fi && ${CONFIGURE}`],
  ["GNUmakefile", ["make"], MAKE],
  ["makefile", ["make"], MAKE],
  ["Makefile", ["make"], MAKE],
];

/** What a folder says of its build; null where nothing in it says how. `names`: the files in it. */
export async function projectIn(folder: string, names: readonly string[]): Promise<Project | null> {
  const found = BUILDS.find(([file]) => names.includes(file));
  if (found === undefined) return null;
  const [file, , , language] = found;
  const path = join(folder, file);
  const text = (await stat(path)).size <= MOST_READ ? await readFile(path, "latin1") : "";
  return { ...calledBy(found, text), language: language ?? (await languageIn(folder)) };
}

/** How a build is called. */
export type Build = Pick<Project, "packages" | "build">;

/** How a build is called, by the name of the file that describes it and what stands in it; null where the file describes none. */
export function buildBy(name: string, text: string): Build | null {
  const found = BUILDS.find(([file]) => file === name);
  return found === undefined ? null : calledBy(found, text);
}

function calledBy([, packages, build]: (typeof BUILDS)[number], text: string): Build {
  const all = FINDS_LIBRARIES.test(text) ? [...new Set([...packages, "pkg-config"])] : packages;
  return { packages: all, build };
}

/** What lies in a folder that nobody wrote for the program: other tools' own. */
const NOT_SOURCES = /^(\.git|\.hg|\.svn|\.vivarium|\.cache|node_modules|vivarium\.lock)$/;

/**
 * All that a folder holds, one level deep, for a build that knows itself what it needs; `entries`: what is in it. Folders without any file are
 * left out, as git does.
 */
export async function wholeFolder(folder: string, entries: readonly Dirent[]): Promise<string[]> {
  const own = entries.filter(({ name }) => !NOT_SOURCES.test(name));
  const kept = await Promise.all(
    own.map(async (entry) => !entry.isDirectory() || (await holdsFile(join(folder, entry.name)))),
  );
  return own.flatMap(({ name }, i) => (kept[i] === true ? [name] : [])).sort();
}

/** Whether there is a file in a folder, or in one below it. */
export async function holdsFile(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((entry) => !entry.isDirectory())) return true;
  for (const { name } of entries) if (await holdsFile(join(folder, name))) return true;
  return false;
}

const CXX = new Set([".cc", ".cpp", ".cxx", ".C", ".hpp", ".hh"]);
/** Tests and examples in another language do not make the program one of it. */
const ASIDE = /^(\.|tests?$|examples?$|contrib$|third[_-]?party$|vendor$|docs?$|fuzz)/i;
/** Folders that are looked into; more tell no more. */
const MOST_FOLDERS = 500;

/** C++ where there is a file of it, four levels deep at most. */
export async function languageIn(folder: string): Promise<"c" | "c++"> {
  let level = [folder];
  let looked = 0;
  for (let depth = 0; depth < 4 && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const path of level) {
      looked += 1;
      if (looked > MOST_FOLDERS) return "c";
      for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
        if (entry.isFile() && CXX.has(extname(entry.name))) return "c++";
        if (entry.isDirectory() && !ASIDE.test(entry.name)) next.push(join(path, entry.name));
      }
    }
    level = next;
  }
  return "c";
}
