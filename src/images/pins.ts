import { readFile, rename, writeFile } from "node:fs/promises";
import * as z from "zod";
import { badRequest, infrastructure } from "../failure.js";

/** What an image was made from, the first time. */
const Pin = z.strictObject({
  /** `debian@sha256:…` where its base came from a registry; null where it was made here. */
  base: z.string().nullable(),
  /** The archive snapshot's stamp, or null. */
  snapshot: z.string().nullable(),
  packages: z.record(z.string(), z.string()),
});
export type Pin = z.infer<typeof Pin>;

const LockFile = z.strictObject({
  schema: z.literal("vivarium/lock/1"),
  images: z.record(z.string(), Pin),
});

/**
 * What a lock file is for: `use`, the default, follows it and adds images that are not in it; `update` (`--lock`) also
 * takes over what is found in place of what was pinned; `refuse` (`--locked`) fails where anything differs.
 */
export type LockMode = "use" | "update" | "refuse";

/**
 * `vivarium.lock`: what each image of the catalogue was made from when it was first used, so that later and elsewhere the
 * same is used again, or the difference is seen.
 */
export class Pins {
  private changed = false;

  private constructor(
    private readonly file: string,
    private readonly mode: LockMode,
    private readonly images: Map<string, Pin>,
  ) {}

  /**
   * Reads the lock file. Where there is none, `update` begins an empty one, `refuse` throws a Failure, and `use` returns
   * null: a lock file never comes uninvited.
   */
  static async read(file: string, mode: LockMode): Promise<Pins | null> {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw infrastructure(`${file}: ${error.message}`, null, error);
    });
    if (text !== null) {
      const { parseDocumentAs } = await import("../manifest/document.js");
      return new Pins(file, mode, new Map(Object.entries(parseDocumentAs(LockFile, text, file).images)));
    }
    if (mode === "refuse") {
      throw badRequest(`--locked: there is no ${file}`, "write it with: vivarium build REPRO --lock");
    }
    return mode === "update" ? new Pins(file, mode, new Map()) : null;
  }

  /** The registry digest that an image's base is pinned to, or null. */
  baseOf(image: string): string | null {
    return this.images.get(image)?.base ?? null;
  }

  /** Whether some image is pinned to exactly these packages. */
  holds(packages: Pin["packages"]): boolean {
    const same = (pin: Pin): boolean => driftOf(pin, { ...pin, packages }).length === 0;
    return [...this.images.values()].some(same);
  }

  /** Whether an image made from anything but its pin would be refused, so that no other way to make it is worth a try. */
  get strict(): boolean {
    return this.mode === "refuse";
  }

  /**
   * Compares what an image was really made from with its pin, and notes it where the mode is to. Returns the differences
   * in words; in mode `refuse` throws a Failure that shows them.
   */
  check(image: string, found: Pin): string[] {
    const pinned = this.images.get(image);
    if (pinned === undefined) {
      if (this.strict) {
        throw badRequest(
          `--locked: the image ${image} is not in ${this.file}`,
          "add it with: vivarium build REPRO --lock",
        );
      }
      this.note(image, found);
      return [];
    }
    const drift = driftOf(pinned, found);
    if (drift.length > 0 && this.strict) {
      throw infrastructure(
        `--locked: the image ${image} is not what ${this.file} says:\n  ${drift.join("\n  ")}`,
        "pin the catalogue's entry to a snapshot of the archive to get the old packages, or accept these with --lock",
      );
    }
    if (drift.length > 0 && this.mode === "update") this.note(image, found);
    return drift;
  }

  private note(image: string, found: Pin): void {
    this.images.set(image, found);
    this.changed = true;
  }

  /** Writes the file where anything changed: whole or not at all. */
  async write(): Promise<void> {
    if (!this.changed) return;
    const sorted = [...this.images].sort(([a], [b]) => (a < b ? -1 : 1));
    const content = { schema: "vivarium/lock/1" as const, images: Object.fromEntries(sorted) };
    const part = `${this.file}.${process.pid}`;
    await writeFile(part, JSON.stringify(content, null, 2) + "\n");
    await rename(part, this.file);
    this.changed = false;
  }
}

/** How an image differs from its pin, a line each: `libc6: 2.36-9+deb12u14, pinned 2.36-9+deb12u13`. */
function driftOf(pinned: Pin, found: Pin): string[] {
  const differ = (what: string, now: string | null | undefined, then: string | null | undefined): string[] =>
    (now ?? null) === (then ?? null) ? [] : [`${what}: ${now ?? "none"}, pinned ${then ?? "none"}`];
  const packages = [...new Set([...Object.keys(pinned.packages), ...Object.keys(found.packages)])].sort();
  return [
    ...differ("base", found.base, pinned.base),
    ...differ("snapshot", found.snapshot, pinned.snapshot),
    ...packages.flatMap((name) => differ(name, found.packages[name], pinned.packages[name])),
  ];
}
