import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { infrastructure } from "../failure.js";
import { formats, WRITTEN, type FormatName } from "../report/formats.js";
// Loaded with this file and not by the registry, at the first use: every campaign writes it.
import "../report/html.js";
import type { Result } from "../result/result.js";

/** Writes result.json and the reports of a campaign; each file is there whole or as it was before. */
export async function writeReports(folder: string, result: Result): Promise<void> {
  const write = async (name: FormatName): Promise<void> =>
    writeWhole(join(folder, formats[name].file), await formats[name].render(result));
  // What was measured comes first: the others can be made from it.
  await write("json");
  await Promise.all(WRITTEN.filter((name) => name !== "json").map(write));
}

/** Writes a file under a temporary name and renames it, so that no reader and no crash meets half a file. */
export async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    await writeFile(draft, content, { flush: true } as never);
    await rename(draft, path);
  } catch (cause) {
    // On a full disk, half a draft would be in the way of what makes room.
    await rm(draft, { force: true }).catch(() => undefined);
    throw infrastructure(
      `${path}: cannot be written: ${(cause as Error).message}`,
      "free disk space, then `vivarium run --resume` with this campaign writes it again",
      cause,
    );
  }
}
