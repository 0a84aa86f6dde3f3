import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reproduce } from "../../src/campaign/reproduce.js";
import { shelfNames } from "../../src/manifest/load.js";
import { ending } from "../../src/report/shelf-table.js";

/**
 * Every repro of the shelf does what its manifest expects: on all nine libcs with `npm run test:shelf`, else on two that
 * other tests on the engine need as well.
 */
const everything = process.env["VIVARIUM_SHELF"] === "all";
const ENVIRONMENTS = everything ? ["glibc-*", "musl-*"] : ["glibc-2.36", "musl-1.2.3"];
const RUNS = everything ? 5 : 2;

const names = await shelfNames([fileURLToPath(new URL("../../repros", import.meta.url))]);

describe("the shelf", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "vivarium-shelf-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  // Most of each is waiting for the engine.
  test.concurrent.each(names)("%s", async (repro) => {
    const { result } = await reproduce({ repro, environments: ENVIRONMENTS, runs: RUNS, folder });

    expect(result.infra).toEqual([]);
    expect(result.environments.map(({ attempts }) => attempts)).toEqual(result.environments.map(() => RUNS));
    for (const { id, expectation } of result.environments) {
      expect(expectation, `${repro} on ${id}`).toMatchObject({ met: true });
    }
    // A repro that ends alike everywhere tells nothing about environments.
    if (everything) expect(new Set(result.environments.map(ending)).size).toBeGreaterThan(1);
  });
});
