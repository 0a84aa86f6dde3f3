import { expect, test } from "vitest";
import { infrastructure, type Failure } from "../../../src/failure.js";
import { UnbuiltTree } from "../../../src/images/source/build-tree.js";
import type { Prepared } from "../../../src/request/prepare.js";
import { Bench, type Built } from "../../../src/search/bench.js";
import { Evaluator } from "../../../src/search/bisect/evaluate.js";
import { Counts } from "../../../src/search/counts.js";
import type { Wanted } from "../../../src/search/make-attempts.js";
import type { TryAsk } from "../../../src/search/strategy/bisect/questions.js";
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

const territory = {
  prepare: () => Promise.resolve({} as Prepared),
  title: (point: string) => `subject of ${point}`,
} as unknown as Territory;
const ask = { kind: "try", point: "c1", attempts: 1, until: 2, keys: null } as const;
const answer = (failure: Failure) =>
  new Evaluator(territory, new Failing(failure), {}, "c9", () => undefined).answer(
    ask,
    new AbortController().signal,
  );

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

/** A bench whose attempts hang, each for some milliseconds. */
class Hanging extends Bench {
  constructor(private readonly ms: number) {
    super({ engine: undefined as never, sink: () => undefined, id: "test" });
  }

  override buildOne(): Promise<Built> {
    const libc = { family: "musl", package: "musl" };
    const binary = { sha256: "", linked: { loader: null }, ranOn: { libc } };
    const cell = { builtIn: { libc }, ranOn: { libc } };
    return Promise.resolve({ plan: {}, cell, binary, ms: 1, cached: true } as unknown as Built);
  }

  override async run(_built: Built, { attempts, enough }: Wanted): Promise<Counts> {
    const counts = new Counts();
    while (counts.attempts < attempts && enough?.(counts) !== true) {
      await new Promise((resolve) => setTimeout(resolve, this.ms));
      counts.attempts++;
    }
    return counts;
  }
}

test("attempts that take long are fewer where only so much time is given, and no fewer than the least", async () => {
  const made = async (ms: number, within: TryAsk["within"]): Promise<number> => {
    const evaluator = new Evaluator(territory, new Hanging(ms), {}, "c9", () => undefined);
    const wanted: TryAsk = { ...ask, attempts: 40, until: 41, within };
    const answered = await evaluator.answer(wanted, new AbortController().signal);
    return answered.kind === "tried" ? (answered.made?.attempts ?? 0) : 0;
  };
  expect(await made(20, { ms: 50, least: 2 })).toBeLessThanOrEqual(4);
  expect(await made(20, { ms: 1, least: 5 })).toBe(5);
  expect(await made(0, { ms: 60_000, least: 1 })).toBe(40);
  expect(await made(0, undefined)).toBe(40);
});
