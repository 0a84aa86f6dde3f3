import { readFile, rename, writeFile } from "node:fs/promises";
import * as z from "zod";
import { infrastructure } from "../failure.js";
import { parseDocumentAs } from "../manifest/document.js";

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
 * `vivarium.lock`: what each image of the catalogue was made from when it was first used, so that later and elsewhere the
 * same is used again, or the difference is seen.
 */
export class Pins {
  private changed = false;

  private constructor(
    private readonly file: string,
    /** Refuse what differs, in place of recording it. */
    private readonly strict: boolean,
    private readonly images: Map<string, Pin>,
  ) {}

  /** Reads the lock file; one that is not there yet is empty, or, where `strict`, a Failure. */
  static async read(file: string, strict = false): Promise<Pins> {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw infrastructure(`${file}: ${error.message}`, null, error);
    });
    if (text === null) {
      if (strict) {
        throw infrastructure(`--locked: there is no ${file}`, "run once without --locked, which writes it");
      }
      return new Pins(file, strict, new Map());
    }
    return new Pins(file, strict, new Map(Object.entries(parseDocumentAs(LockFile, text, file).images)));
  }

  /** The registry digest that an image's base is pinned to, or null. */
  baseOf(image: string): string | null {
    return this.images.get(image)?.base ?? null;
  }

  /**
   * Notes what an image was really made from. Returns how that differs from what was pinned, in words; where strict,
   * throws a Failure that shows it instead.
   */
  check(image: string, found: Pin): string[] {
    const pinned = this.images.get(image);
    const drift = pinned === undefined ? [] : driftOf(pinned, found);
    if (this.strict && (pinned === undefined || drift.length > 0)) {
      const what = pinned === undefined ? "it is not in the file" : drift.join("\n  ");
      throw infrastructure(
        `--locked: the image ${image} is not what ${this.file} says:\n  ${what}`,
        "pin the catalogue's entry to a snapshot of the archive to get the old packages, or run without --locked to accept these",
      );
    }
    if (pinned === undefined || drift.length > 0) {
      this.images.set(image, found);
      this.changed = true;
    }
    return drift;
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
