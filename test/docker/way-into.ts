import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import { loadRepro } from "../../src/manifest/load.js";
import { loadCatalogue } from "../../src/request/shelves.js";
import { prepareLoaded } from "../../src/request/prepare.js";
import type { AblateDetails } from "../../src/result/search/ablate-details.js";
import { ablateInto } from "../../src/search/into/into.js";
import { beginSearch } from "../../src/search/open-search.js";
import { scratch } from "../scratch.js";

const folder = scratch("ablate");
let engine: Engine;
beforeAll(async () => {
  engine = await connect({ env: process.env });
});
afterAll(async () => {
  await engine.removeAllLive();
  engine.close();
});

/** The way that an ablation of a repro goes down from a function, on the engine. */
export async function wayInto(
  name: string,
  files: Readonly<Record<string, string>>,
  into: string,
): Promise<{ details: AblateDetails; answer: readonly string[] }> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  const request = { stop: { runs: 4 }, seed: 1, parallel: 2 };
  const prepared = await prepareLoaded(
    await loadRepro(path, [], folder),
    await loadCatalogue(),
    request,
    ["ablate", name],
    folder,
  );
  const search = await beginSearch(folder, {
    kind: "ablate",
    request: {},
    command: ["ablate", name],
    repro: name,
  });
  try {
    const { details, answer } = await ablateInto(
      {
        prepared,
        search,
        engine,
        settings: {},
        sink: () => undefined,
        signal: new AbortController().signal,
      },
      into,
    );
    if (details.kind !== "ablate") throw new Error("that is no ablation");
    return { details, answer };
  } finally {
    await search.close();
  }
}
