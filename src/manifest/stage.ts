import { copyFile, mkdir, rename, rm, stat, writeFile, chmod } from "node:fs/promises";
import { dirname, join } from "node:path";
import { infrastructure } from "../failure.js";
import type { ReproFolder } from "./load.js";
import { sourceFiles, sourceHash } from "./source-hash.js";

/**
 * Copies what a repro is made of, and nothing else, to `root/<source hash>/`: its files under their names in the repro,
 * files from elsewhere (flags) among them, and its manifest. A campaign runs from there, so that it can be gone on with,
 * debugged and bundled whatever becomes of the originals. An existing copy is used as it is: its name is its content.
 */
export async function stageRepro(
  repro: ReproFolder,
  root: string,
): Promise<{ readonly repro: ReproFolder; readonly hash: string }> {
  const hash = await sourceHash(repro);
  const path = stagedPath(root, hash);
  const staged = { ...repro, path, outside: {} };
  if (
    await stat(path).then(
      () => true,
      () => false,
    )
  )
    return { repro: staged, hash };
  const draft = `${path}.${process.pid}.part`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    for (const [to, from] of await sourceFiles(repro)) {
      await mkdir(dirname(join(draft, to)), { recursive: true });
      await copyFile(from, join(draft, to));
      await chmod(join(draft, to), ((await stat(from)).mode & 0o111) === 0 ? 0o644 : 0o755);
    }
    const { stringify } = await import("yaml");
    await writeFile(join(draft, "repro.yaml"), stringify(repro.manifest));
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    // Another process was first: its copy has the same content.
    if (
      await stat(path).then(
        () => true,
        () => false,
      )
    )
      return { repro: staged, hash };
    throw infrastructure(
      `${path}: cannot be written: ${(cause as Error).message}`,
      "free disk space, or run vivarium where you may write",
      cause,
    );
  }
  return { repro: staged, hash };
}

/** Where the copy of the repro with this source hash lies. */
export function stagedPath(root: string, hash: string): string {
  return join(root, hash.slice(0, 32));
}
