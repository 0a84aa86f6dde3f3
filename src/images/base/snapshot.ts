import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { badRequest } from "../../failure.js";
import type { CatalogueImage } from "../../manifest/catalogue.js";

/** An archive that keeps suites as they were: under its address lies a folder for each stamp. */
export interface SnapshotArchive {
  readonly address: string;
  /** Absolute path of a file with the public keys that sign it; null for the keys that this machine trusts already. */
  readonly keyring: string | null;
}

/** A keyring's file, and the sha256 of what is in it, hex. */
export interface Keyring {
  readonly path: string;
  readonly sha256: string;
}

/** Where a suite is taken from as it was at a stamp. */
export interface Snapshot {
  /** A line of sources.list. */
  readonly source: string;
  readonly keyring: Keyring | null;
}

/** The snapshot that a catalogue entry is pinned to, or null where it has no stamp. `name` is the entry's. */
export async function snapshotOf(
  name: string,
  { snapshot: stamp, suite }: Pick<CatalogueImage, "snapshot" | "suite">,
  archive: SnapshotArchive | undefined,
): Promise<Snapshot | null> {
  if (stamp === undefined || suite === undefined) return null;
  if (archive === undefined) {
    throw badRequest(
      `${name}: the catalogue pins it to the archive's snapshot ${stamp}, and no snapshot archive is configured`,
      "give --snapshot ADDRESS, or `snapshot: ADDRESS` in vivarium.config.yaml: the address under which the stamps lie",
    );
  }
  return {
    source: `deb ${addressOf(archive)}/${stamp} ${suite} main`,
    keyring: archive.keyring === null ? null : await readKeyring(archive.keyring),
  };
}

/** The archive's address as sources.list takes it: one word, whatever was given. */
function addressOf({ address }: SnapshotArchive): string {
  let url: URL | null = null;
  try {
    url = new URL(address);
  } catch {
    // Told below.
  }
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw badRequest(
      `--snapshot ${address}: not an http or https address`,
      "for example: https://HOST/archive/debian",
    );
  }
  return url.href.replace(/\/+$/, "");
}

async function readKeyring(path: string): Promise<Keyring> {
  // apt takes a key's format from its file's name.
  if (!/\.(gpg|asc)$/.test(path)) {
    throw badRequest(
      `--keyring ${path}: the name ends in neither .gpg nor .asc`,
      "export it: gpg --export > KEYS.gpg",
    );
  }
  const content = await readFile(path).catch((cause: Error) => {
    throw badRequest(
      `--keyring ${path}: cannot be read: ${cause.message}`,
      "export it: gpg --export > KEYS.gpg",
      cause,
    );
  });
  return { path, sha256: createHash("sha256").update(content).digest("hex") };
}
