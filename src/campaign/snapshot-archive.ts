import { resolve } from "node:path";
import { badRequest } from "../failure.js";
import type { SnapshotArchive } from "../images/base/snapshot.js";

/** The snapshot archive that was named, by flag or by configuration; its keyring is taken relative to `folder`. */
export function snapshotArchive(
  { snapshot, keyring }: { readonly snapshot?: string | undefined; readonly keyring?: string | undefined },
  folder: string,
): SnapshotArchive | undefined {
  if (snapshot !== undefined) {
    return { address: snapshot, keyring: keyring === undefined ? null : resolve(folder, keyring) };
  }
  if (keyring === undefined) return undefined;
  throw badRequest(
    `--keyring ${keyring}: there is no snapshot archive that it could be for`,
    "name that archive, too: --snapshot ADDRESS",
  );
}
