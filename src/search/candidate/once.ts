import { readFile, rename, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Reproduction } from "../../campaign/carry-out.js";
import type { Result } from "../../result/result.js";
import type { OpenSearch } from "../open-search.js";

/** Makes a campaign of a search at most once, over all of its sessions; one that was interrupted is made anew. */
export async function oncePerSearch(
  search: Pick<OpenSearch, "folder">,
  name: string,
  work: () => Promise<Reproduction>,
): Promise<Reproduction> {
  const path = join(search.folder, `${name}.json`);
  const text = await readFile(path, "utf8").catch(() => null);
  if (text !== null) {
    const folder = resolve(search.folder, (JSON.parse(text) as { folder: string }).folder);
    const result = JSON.parse(await readFile(join(folder, "result.json"), "utf8")) as Result;
    return { result, folder, failures: new Map() };
  }
  const made = await work();
  if (made.result.complete) await writeJson(path, { folder: relative(search.folder, made.folder) });
  return made;
}

/** Writes a value so that the file is there whole, or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.draft`, JSON.stringify(value));
  await rename(`${path}.draft`, path);
}
