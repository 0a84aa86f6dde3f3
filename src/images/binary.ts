import type { Linked } from "./elf.js";

/** What is really in an image, read out of it; never what was hoped for. */
export interface ImageFacts {
  /** The engine's image id, `sha256:…`. */
  readonly image: string;
  readonly libc: { readonly family: "glibc" | "musl"; readonly version: string; readonly package: string };
  readonly go: { readonly version: string } | null;
  /** First line of the compiler's `--version`. */
  readonly compiler: string;
  /** Every installed package of the distribution, name -> version. */
  readonly packages: Readonly<Record<string, string>>;
  /** Those of them that the repro's own packages brought or changed; absent where it asks for none. */
  readonly added?: Readonly<Record<string, string>>;
  /** Checksums of what measures in it, read before anything of a repro came near. */
  readonly instrument?: Instrument;
}

/** sha256, hex, of what measures in an image. */
export interface Instrument {
  /** Of /opt/vivarium/runner. */
  readonly runner: string;
  /** Of the list of all files under /opt/vivarium and their checksums; see facts.sh. */
  readonly all: string;
}

/** A compiled repro in an image that is ready to run attempts; cached by the hash of all of its inputs. */
export interface Binary {
  /** Image that holds the program, its sources, the files laid over the root, the runner and gdb. */
  readonly image: string;
  /** Absolute path of the program in the image. */
  readonly program: string;
  /** sha256 of the program's bytes, hex. */
  readonly sha256: string;
  /** How it comes by its libc; null where it is no ELF executable, absent where that was not read. */
  readonly linked?: Linked | null;
  /** The linker's warnings, as it printed them. */
  readonly linkWarnings: readonly string[];
  /** Where it was built, and where it runs. */
  readonly builtIn: ImageFacts;
  readonly ranOn: ImageFacts;
  /** The build's command lines, as run. */
  readonly commands: readonly string[];
}
