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

/** What a ref of a source meant, the first time. */
const LockedSource = z.strictObject({
  /** Null for a working tree. */
  commit: z.string().nullable(),
  tree: z.string(),
  /** sha256 of the recipe, for this version. */
  recipe: z.string(),
  /** Patches over it: name -> sha256. */
  patches: z.record(z.string(), z.string()),
});
export type LockedSource = z.infer<typeof LockedSource>;

const LockFile = z.strictObject({
  schema: z.literal("vivarium/lock/1"),
  images: z.record(z.string(), Pin),
  /** `musl@v1.2.4` -> what it was built from. */
  sources: z.record(z.string(), LockedSource).optional(),
});

/**
 * What a lock file is for: `use`, the default, follows it and adds images that are not in it; `update` (`--lock`) also
 * takes over what is found in place of what was pinned; `refuse` (`--locked`) fails where anything differs.
 */
export type LockMode = "use" | "update" | "refuse";

/**
 * `vivarium.lock`: what each image of the catalogue was made from when it was first used, and what each ref of a source meant, so that later
 * and elsewhere the same is used again, or the difference is seen.
 */
export class Pins {
  private changed = false;

  private constructor(
    private readonly file: string,
    private readonly mode: LockMode,
    private readonly images: Map<string, Pin>,
    private readonly sources: Map<string, LockedSource>,
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
      const { images, sources = {} } = parseDocumentAs(LockFile, text, file);
      return new Pins(file, mode, new Map(Object.entries(images)), new Map(Object.entries(sources)));
    }
    if (mode === "refuse") {
      throw badRequest(`--locked: there is no ${file}`, "write it with: vivarium build REPRO --lock");
    }
    return mode === "update" ? new Pins(file, mode, new Map(), new Map()) : null;
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
    return this.compare(this.images, `the image ${image}`, image, found, {
      driftOf,
      remedy:
        "pin the catalogue's entry to a snapshot of the archive to get the old packages, or accept these with --lock",
    });
  }

  /** The same of what a name such as `musl@main` means now. */
  checkSource(name: string, found: LockedSource): string[] {
    return this.compare(this.sources, name, name, found, {
      driftOf: sourceDriftOf,
      remedy: "name the pinned commit instead, or accept this one with --lock",
    });
  }

  private compare<T>(
    pins: Map<string, T>,
    what: string,
    name: string,
    found: T,
    { driftOf, remedy }: { readonly driftOf: (pinned: T, found: T) => string[]; readonly remedy: string },
  ): string[] {
    const pinned = pins.get(name);
    const drift = pinned === undefined ? [] : driftOf(pinned, found);
    if (this.strict && pinned === undefined)
      throw badRequest(
        `--locked: ${what} is not in ${this.file}`,
        "add it with: vivarium build REPRO --lock",
      );
    if (this.strict && drift.length > 0)
      throw infrastructure(
        `--locked: ${what} is not what ${this.file} says:\n  ${drift.join("\n  ")}`,
        remedy,
      );
    if (pinned === undefined || (drift.length > 0 && this.mode === "update")) {
      pins.set(name, found);
      this.changed = true;
    }
    return drift;
  }

  /** Writes the file where anything changed: whole or not at all. */
  async write(): Promise<void> {
    if (!this.changed) return;
    const content = {
      schema: "vivarium/lock/1" as const,
      images: sorted(this.images),
      ...(this.sources.size === 0 ? {} : { sources: sorted(this.sources) }),
    };
    const part = `${this.file}.${process.pid}`;
    await writeFile(part, JSON.stringify(content, null, 2) + "\n");
    await rename(part, this.file);
    this.changed = false;
  }
}

function sorted<T>(pins: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...pins].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function differ(what: string, now: string | null | undefined, then: string | null | undefined): string[] {
  return (now ?? null) === (then ?? null) ? [] : [`${what}: ${now ?? "none"}, pinned ${then ?? "none"}`];
}

function differEach(now: Readonly<Record<string, string>>, then: Readonly<Record<string, string>>): string[] {
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort();
  return names.flatMap((name) => differ(name, now[name], then[name]));
}

/** How an image differs from its pin, a line each: `libc6: 2.36-9+deb12u14, pinned 2.36-9+deb12u13`. */
function driftOf(pinned: Pin, found: Pin): string[] {
  return [
    ...differ("base", found.base, pinned.base),
    ...differ("snapshot", found.snapshot, pinned.snapshot),
    ...differEach(found.packages, pinned.packages),
  ];
}

/** The same of a source: the commit stands for its tree where there is one. */
function sourceDriftOf(pinned: LockedSource, found: LockedSource): string[] {
  const tree = differ("tree", found.tree, pinned.tree);
  return [
    ...(tree.length > 0 && found.commit !== pinned.commit
      ? differ("commit", found.commit, pinned.commit)
      : tree),
    ...differ("recipe", found.recipe, pinned.recipe),
    ...differEach(found.patches, pinned.patches),
  ];
}
