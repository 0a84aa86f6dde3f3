import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { ContextEntry, FolderEntry } from "../../docker/engine.js";
import { badRequest } from "../../failure.js";
import { linkedOf, type Linked } from "../elf.js";
import { OUTPUT, PROGRAM } from "../recipe/shape.js";

/** What a build left in $OUTDIR, checked: fit to be put into an image. */
export interface LeftByBuild {
  /** By absolute path. */
  readonly files: Readonly<Record<string, ContextEntry>>;
  /** sha256 of the program's bytes, hex. */
  readonly sha256: string;
  /** What the program says of itself; null where it is no ELF executable. */
  readonly linked: Linked | null;
}

/** What a build may leave. */
export const BOUNDS = { bytes: 512 * 1024 ** 2, entries: 20_000 };
const NAME = posix.basename(PROGRAM);

/**
 * Takes what a build left for what it is: files, folders, and links that stay among them; every file belongs to root and has no other mode than
 * readable, and executable where it was. Throws a Failure("request") that names anything else: a device, a pipe, a link that leads out, no program.
 */
export function leftByBuild(entries: readonly FolderEntry[], name: string): LeftByBuild {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const files: Record<string, ContextEntry> = {};
  for (const entry of entries) files[`${OUTPUT}/${entry.path}`] = contextEntry(entry, name);
  const program = linkedFile(byPath, NAME);
  if (program === null) {
    const other = byPath.get(NAME);
    const what = other === undefined ? "wrote no program to" : `left ${kindOf(other)} at`;
    throw badRequest(
      `${name}: the program does not build:\nthe build ended well but ${what} $OUT (${PROGRAM})`,
      'let it write the program there: -o "$OUT"',
    );
  }
  files[`${OUTPUT}/${program.path}`] = { content: program.content, mode: 0o755 };
  return {
    files,
    sha256: createHash("sha256").update(program.content).digest("hex"),
    linked: linkedOf(program.content),
  };
}

function contextEntry(entry: FolderEntry, name: string): ContextEntry {
  const at = `${name}: the build left ${kindOf(entry)} in $OUTDIR: ${OUTPUT}/${entry.path}`;
  switch (entry.kind) {
    case "file":
      return { content: entry.content, mode: entry.executable ? 0o755 : 0o644 };
    case "folder":
      return { folder: true };
    case "link": {
      const target = insideTarget(entry.path, entry.target);
      if (target !== null) return { link: entry.target };
      throw badRequest(`${at} -> ${entry.target}, which leads out of it`, "copy there what it names");
    }
    case "other":
      throw badRequest(at, "leave files, folders, and links among them there");
  }
}

function kindOf(entry: FolderEntry): string {
  return (
    { file: "a file", folder: "a folder", link: "a link", other: "" }[entry.kind] ||
    (entry as { what: string }).what
  );
}

/**
 * Where a link leads, relative to $OUTDIR; null where it may lead out. `..` counts at the target's beginning alone: after a name
 * that is a link itself it would lead elsewhere than it reads.
 */
function insideTarget(path: string, target: string): string | null {
  const prefix = `${OUTPUT}/`;
  const isAbsolute = target.startsWith("/");
  if (isAbsolute && !target.startsWith(prefix)) return null;
  const parts = (isAbsolute ? target.slice(prefix.length) : target)
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  const ups = parts.findIndex((part) => part !== "..");
  const names = ups < 0 ? [] : parts.slice(ups);
  const depth = isAbsolute ? 0 : path.split("/").length - 1;
  if ((ups < 0 ? parts.length : ups) > depth || names.includes("..")) return null;
  return isAbsolute ? parts.join("/") : posix.join(posix.dirname(path), ...parts);
}

/** The file that a path means, links followed; null where it is none. */
export function linkedFile(
  entries: ReadonlyMap<string, FolderEntry>,
  path: string,
): Extract<FolderEntry, { kind: "file" }> | null {
  const seen = new Set<string>();
  for (let at = path; !seen.has(at);) {
    seen.add(at);
    const entry = entries.get(at);
    if (entry?.kind === "file") return entry;
    at = (entry?.kind === "link" ? insideTarget(at, entry.target) : null) ?? at;
  }
  return null;
}
