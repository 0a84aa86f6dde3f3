import { expect, test } from "vitest";
import { infrastructure, type Failure } from "../../../src/failure.js";
import { UnbuiltTree } from "../../../src/images/source/build-tree.js";
import type { Prepared } from "../../../src/request/prepare.js";
import { Bench, type Built } from "../../../src/search/bench.js";
import { Evaluator } from "../../../src/search/bisect/evaluate.js";
import type { Territory } from "../../../src/search/bisect/territory.js";

/** A bench on which every build fails so. */
class Failing extends Bench {
  constructor(private readonly failure: Failure) {
    super({ engine: undefined as never, sink: () => undefined, id: "test" });
  }

  override buildOne(): Promise<Built | Failure> {
    return Promise.resolve(this.failure);
  }
}

const territory = { prepare: () => Promise.resolve({} as Prepared) } as unknown as Territory;
const ask = { kind: "try", point: "c1", attempts: 1, until: 2, keys: null } as const;
const answer = (failure: Failure) =>
  new Evaluator(territory, new Failing(failure), {}, "c9").answer(ask, new AbortController().signal);

test("a commit of a libc that cannot be built is unknown, and the search goes on", async () => {
  const failure = new UnbuiltTree("infrastructure", "musl@c1 could not be built: the step 'make' failed");
  expect(await answer(failure)).toMatchObject({
    kind: "tried",
    build: { ok: false, why: "musl@c1 could not be built: the step 'make' failed" },
    made: null,
  });
});

test("an engine that cannot be reached says nothing of a commit, and ends the search", async () => {
  await expect(answer(infrastructure("the engine is gone"))).rejects.toThrow("the engine is gone");
});
