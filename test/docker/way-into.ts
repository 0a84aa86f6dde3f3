import type { AblateDetails } from "../../src/result/search/ablate-details.js";
import { ablateInto } from "../../src/search/into/into.js";
import { removeBuildCaches } from "../../src/search/candidate/build-cache.js";
import { begunSearch, engine, preparedFor } from "./search-on-engine.js";

/** The way that an ablation of a repro goes down from a function, on the engine. */
export async function wayInto(
  name: string,
  files: Readonly<Record<string, string>>,
  into: string,
): Promise<{ details: AblateDetails; answer: readonly string[] }> {
  const prepared = await preparedFor("ablate", name, files, { stop: { runs: 4 }, seed: 1, parallel: 2 });
  const search = await begunSearch("ablate", name);
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
    await removeBuildCaches(engine, search.header.id);
    await search.close();
  }
}
