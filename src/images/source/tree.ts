import { badRequest } from "../../failure.js";
import { binarySize } from "../../text/sizes.js";

/** One file of a source tree. */
export interface TreeFile {
  /** Relative to the tree's root, parts joined by `/`. */
  readonly path: string;
  /** What git keeps of a mode. */
  readonly kind: "file" | "executable" | "link";
  /** Its bytes; of a link, where it leads. */
  readonly content: Buffer;
}

/** The files of a source at one point, to be read as a stream: a large libc has twenty thousand. */
export interface SourceTree {
  /** git's id of the tree, also where it is a working tree. */
  readonly id: string;
  files(): AsyncIterable<TreeFile>;
}

/** Bounds against a tree that was named by mistake, or that is hostile. glibc has 21,000 files and 270 MB. */
export const MOST_FILES = 200_000;
export const MOST_BYTES = 2 * 1024 ** 3;
export const LARGEST_FILE = 256 * 1024 ** 2;

/** Counts what a tree comes to, and ends it where that is more than any source has. */
export class TreeBounds {
  private files = 0;
  private bytes = 0;

  constructor(private readonly what: string) {}

  /** Throws a Failure("request") where the file, or all files so far, are too much, or its path leads out of the tree. */
  add(path: string, size: number): void {
    this.files++;
    this.bytes += size;
    if (isOutside(path)) throw badRequest(`${this.what}: '${path}' is not a path inside a tree`);
    const limits: [boolean, string][] = [
      [size > LARGEST_FILE, `${path} is larger than ${binarySize(LARGEST_FILE)}`],
      [this.bytes > MOST_BYTES, `the tree is larger than ${binarySize(MOST_BYTES)}`],
      [this.files > MOST_FILES, `the tree has more than ${MOST_FILES} files`],
    ];
    for (const [over, words] of limits) {
      if (over) throw badRequest(`${this.what}: ${words}`, "name the sources of a libc or of Go");
    }
  }
}

/** A submodule's files are another repository's, which a clone need not hold. */
export function refuseSubmodule(what: string, path: string): never {
  throw badRequest(
    `${what}: ${path} is a submodule, and its files are not in this repository`,
    "name a source without submodules, or one whose files were committed",
  );
}

function isOutside(path: string): boolean {
  return path === "" || path.startsWith("/") || path.includes("\0") || path.split("/").includes("..");
}
