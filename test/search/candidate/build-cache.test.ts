import { expect, test } from "vitest";
import { infrastructure } from "../../../src/failure.js";
import { sweepBeforeSearch, sweepBuildCaches } from "../../../src/search/candidate/build-cache.js";

test("an engine that cannot list its volumes ends no search, and `clean` says so", async () => {
  const engine = {
    listVolumes: () => Promise.reject(infrastructure("list volumes: the engine refused (500)")),
    removeVolume: () => Promise.resolve(),
  };
  await expect(sweepBeforeSearch(engine)).resolves.toBeUndefined();
  await expect(sweepBuildCaches(engine)).rejects.toThrow("list volumes");
});
