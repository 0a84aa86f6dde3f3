import { posix } from "node:path";
import type { GoTree } from "../facts.js";

/** Where the sources lie in a binary's image, as they lie in the repro's folder. */
export const SOURCES = "/repro";
/** The folder that a build leaves, `$OUTDIR`: all that is in it goes where the program goes. */
export const OUTPUT = "/opt/repro";
/** The program that a build makes, `$OUT`. */
export const PROGRAM = `${OUTPUT}/program`;
/** Where the programs of a batch lie, each in a folder of its own that is its `$OUTDIR`. */
export const CANDIDATES = "/opt/candidates";
/** Where Go keeps what it compiled while a program is built. */
export const GO_CACHE = "/tmp/go-build";
/** What a build runs by, in its container alone. */
export const BUILD = "/opt/build";
/** The changed copy of a Go tree; see private_goroot of dockerfiles/build/compile.sh. */
export const PRIVATE_GOROOT = "/usr/local/goroot";

/** The folder that a program's build left. */
export function outputOf(program: string): string {
  return program.startsWith(`${CANDIDATES}/`) ? posix.dirname(program) : OUTPUT;
}

/** Before the path of a program that the image held already, in what its recipe says. */
export const FOUND = "vivarium-found ";
/** Before a command of a build, in what its recipe says. */
export const STEP = "vivarium-step ";

/** What an environment has to build with. */
export interface Toolchain {
  readonly libc: "glibc" | "musl";
  /** The libc that plain `gcc` links to. */
  readonly native: "glibc" | "musl";
  readonly go: GoTree | null;
  /** Of a libc that was built from source: its own compilers, by what they are called otherwise. */
  readonly built?:
    | { readonly gcc: string; readonly clang?: string; readonly "g++"?: string; readonly "clang++"?: string }
    | undefined;
  /** Of a Go that was built from source: words for its C compiler, and variables for its go command. */
  readonly goFlags?:
    { readonly cc: readonly string[]; readonly env: Readonly<Record<string, string>> } | undefined;
}

/** A patch, its path in the repro's folder, and the files of GOROOT that it changes. */
export interface PatchTargets {
  readonly path: string;
  readonly files: readonly string[];
}

/** A patch over the repro's own sources, and the files of it that it changes. */
export interface SourcePatch {
  readonly path: string;
  /** Parts of the diff's paths that are left out, as `patch -p` does. */
  readonly strip: number;
  readonly files: readonly string[];
}

/** Everything that is laid over what a program is built from. */
export interface Patches {
  readonly goroot: readonly PatchTargets[];
  readonly sources: readonly SourcePatch[];
}

/** How a program is built: the script that does it in the environment's image, and its command lines for people. */
export interface Recipe {
  readonly script: string;
  readonly commands: readonly string[];
  /** Those of a build that found in the image that it is to be made otherwise; its log has the line `OTHERWISE`. */
  readonly commandsOtherwise?: readonly string[];
}

/** What a recipe writes into a build's log where the test of its other way was met. */
export const OTHERWISE = "vivarium-otherwise";

/** What the languages' own parts give: lines to run before, and the commands that build. */
export interface Steps {
  readonly setUp: readonly string[];
  /** Where the commands run, relative to the sources; "." where absent. */
  readonly directory?: string;
  readonly build: readonly (readonly string[])[];
  /** Lines that run afterwards. */
  readonly after?: readonly string[];
  /** What is built instead where the shell command `test` is met in the image; `compile.sh` has such tests. */
  readonly otherwise?: { readonly test: string; readonly build: readonly (readonly string[])[] };
  /** Shown in front of each command: the environment variables that matter to it. */
  readonly shown: readonly string[];
}
