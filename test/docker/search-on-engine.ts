import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import { loadRepro } from "../../src/manifest/load.js";
import type { CampaignRequest } from "../../src/plan/request.js";
import { loadCatalogue } from "../../src/request/shelves.js";
import { prepareLoaded, type Prepared } from "../../src/request/prepare.js";
import { beginSearch, type OpenSearch } from "../../src/search/open-search.js";
import { scratch } from "../scratch.js";

export const folder = scratch("search");
export let engine: Engine;
beforeAll(async () => {
  engine = await connect({ env: process.env });
});
afterAll(async () => {
  await engine.removeAllLive();
  engine.close();
});

/** A repro of these files, in a folder of its own, as a search of this kind would have it. */
export async function preparedFor(
  kind: string,
  name: string,
  files: Readonly<Record<string, string>>,
  request: CampaignRequest,
): Promise<Prepared> {
  const path = join(folder, name);
  // A test that is tried again finds the folder of its first try.
  await mkdir(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text);
  }
  const repro = await loadRepro(path, [], folder);
  return prepareLoaded(repro, await loadCatalogue(), request, [kind, name], folder);
}

/** Begins a search of a repro. Close it. */
export function begunSearch(kind: string, name: string): Promise<OpenSearch> {
  return beginSearch(folder, { kind, request: {}, command: [kind, name], repro: name });
}
