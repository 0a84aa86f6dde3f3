import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ReproFolder } from "../../manifest/load.js";
import { sourceFiles } from "../../manifest/source-hash.js";

/**
 * Lets `work` change a copy of the repro's files, and removes it afterwards: by then the plan has a copy of its own. `files`: which of them are
 * copied; default: all.
 */
export async function withCopy<T>(
  repro: ReproFolder,
  work: (copy: ReproFolder) => Promise<T>,
  files?: ReadonlyMap<string, string>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-bisect-"));
  try {
    for (const [to, from] of files ?? (await sourceFiles(repro))) {
      await mkdir(dirname(join(folder, to)), { recursive: true });
      await copyFile(from, join(folder, to));
    }
    return await work({ ...repro, path: folder, outside: {} });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
