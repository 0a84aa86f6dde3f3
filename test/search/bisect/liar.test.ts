import { beforeAll, describe, expect, it } from "vitest";
import type { Binary } from "../../../src/images/binary.js";
import { makePlan } from "../../../src/plan/make.js";
import type { Plan } from "../../../src/plan/plan.js";
import type { Prepared } from "../../../src/request/prepare.js";
import { loadCatalogue } from "../../../src/request/shelves.js";
import type { Attempt } from "../../../src/run/attempt.js";
import type { Executor } from "../../../src/run/runner/executor.js";
import { Bench, type Built } from "../../../src/search/bench.js";
import { Evaluator } from "../../../src/search/bisect/evaluate.js";
import type { Territory } from "../../../src/search/bisect/territory.js";
import { drive, type DriveInput } from "../../../src/search/drive.js";
import { bisect, type BisectFinding } from "../../../src/search/strategy/bisect/bisect.js";
import { History } from "../../../src/search/strategy/bisect/history.js";
import type { BisectAnswer, BisectAsk } from "../../../src/search/strategy/bisect/questions.js";
import type { BisectState } from "../../../src/search/strategy/bisect/state.js";
import { clopperPearson } from "../../../src/stats/interval/clopper-pearson.js";
import { commits, Dice, options } from "../strategy/simulated.js";

const COMMITS = 64;
const BISECTIONS = 250;
const SIGSEGV = 11;

let plan: Plan;
beforeAll(async () => {
  plan = makePlan({
    manifest: { name: "rare", title: "rare", language: "c", sources: ["rare.c"] },
    sourceHash: "0".repeat(64),
    catalogue: await loadCatalogue(),
    request: { environments: ["glibc-2.36"] },
    seed: 1,
    parallel: 2,
    command: [],
  });
});

/** A bench that builds nothing: a program is its commit's name. */
class NamesOnly extends Bench {
  override buildOne({ plan: { command } }: Prepared): Promise<Built> {
    const [point = ""] = command;
    const cell = plan.cells[0] as Plan["cells"][number];
    const ranOn = { libc: { package: "libc6" } };
    const binary = { image: "none", program: point, sha256: point, ranOn } as Binary;
    return Promise.resolve({ plan, cell, binary, ms: 200, cached: false });
  }
}

/** A place where attempts are made up: each crashes with its commit's rate, and of some the opposite is said. */
function liar(rateOf: (point: string) => number, lies: number, dice: Dice): Executor {
  const attempt = (number: number, crashed: boolean): Attempt => ({
    number,
    startMs: 0,
    durationMs: 1,
    userMs: 1,
    systemMs: 0,
    maxRssKiB: 1,
    status: crashed ? SIGSEGV : 0,
    timedOut: false,
    leftovers: 0,
    bytesOut: 0,
    bytesErr: 0,
    output: null,
  });
  return {
    open: (_cell, { program }) =>
      Promise.resolve({
        async *run(first: number, count: number) {
          await Promise.resolve();
          for (let number = first; number < first + count; number++)
            yield [attempt(number, dice.hit(rateOf(program)) !== dice.hit(lies))];
        },
        close: () => Promise.resolve(),
      }),
  };
}

/** One bisection by the driver, the evaluator and the bench, all real; only the attempts are made up. */
async function find(seed: number, bad: number, lies: number): Promise<{ right: boolean | null }> {
  const dice = new Dice(seed);
  const history = new History(commits("graph", COMMITS, new Dice(1 + (seed % 5))));
  const culprit = history.point(`c${1 + dice.below(COMMITS)}`);
  const executor = liar((point) => (history.holds.has(history.point(point), culprit) ? bad : 0), lies, dice);
  const settings = options(history, COMMITS);
  const { newEnd, oldEnd } = settings;
  const territory: Territory = {
    unit: "commit",
    history,
    newEnd,
    oldEnd,
    isGit: false,
    ownEnvironments: false,
    title: (point) => point,
    prepare: (point) => Promise.resolve({ plan: { command: [point] } } as unknown as Prepared),
    change: (id) => Promise.resolve({ id, title: id, author: null, date: null, shown: "" }),
  };
  const bench = new NamesOnly({ engine: undefined as never, sink: () => undefined, id: "test", executor });
  const evaluator = new Evaluator(territory, bench, {}, newEnd, () => undefined);
  const search = {
    header: { kind: "bisect" },
    journal: { append: () => Promise.resolve() },
    before: [],
    sinceStart: () => 0,
  } as unknown as DriveInput<unknown, unknown, unknown, unknown>["search"];
  const { finding } = await drive<BisectState, BisectAsk, BisectAnswer, BisectFinding>({
    strategy: bisect(settings),
    answer: (ask, stop) => evaluator.answer(ask, stop),
    search,
    lanes: 1,
    sink: () => undefined,
    signal: new AbortController().signal,
  });
  if (finding?.kind !== "found") return { right: null };
  return { right: finding.changes.includes(history.changes[culprit] as string) };
}

describe("bisections whose runner says the opposite of one attempt in fifty", () => {
  it.each([{ bad: 1 }, { bad: 0.3 }])("are right, or say that they do not know, at %o", async ({ bad }) => {
    const found: { right: boolean | null }[] = [];
    for (let seed = 1; seed <= BISECTIONS; seed++) found.push(await find(seed, bad, 0.02));
    const wrong = found.filter(({ right }) => right === false).length;
    const unknown = found.filter(({ right }) => right === null).length;
    const { high } = clopperPearson({ counted: wrong, attempts: BISECTIONS - unknown }, 0.95);
    expect({ wrong, unknown: unknown <= BISECTIONS / 10, high: high < 0.02 }).toEqual({
      wrong: 0,
      unknown: true,
      high: true,
    });
  });
});
