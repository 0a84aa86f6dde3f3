import { beforeAll, describe, expect, it } from "vitest";
import { exitCode, termSignal, type Attempt } from "../../src/run/attempt.js";
import { openEngine } from "./engines.js";
import { attemptsOf, openRunner } from "./open-runner.js";
import { runnerImage, testTask } from "./runner-image.js";

let image: string;
beforeAll(async () => {
  image = await runnerImage(await openEngine());
});

const ATTEMPTS = 24;

interface Case {
  /** A program of hostile/; half of its attempts do what its name says. */
  readonly program: string;
  /** What such an attempt comes to: its exit code, an end by the time limit, or by the out-of-memory killer. */
  readonly comesTo: number | "timeout" | "oom" | readonly (number | "oom")[];
  /** Processes left behind, at least. */
  readonly leftovers?: number;
  readonly bytesOut?: number;
  readonly timeoutMs?: number;
  readonly memoryMiB?: number;
}

/** Time limits are those of the attempts that only look, too: on a busy machine the start of a process takes a while. */
const CASES: readonly Case[] = [
  { program: "fork-bomb", comesTo: "timeout", leftovers: 2, timeoutMs: 500 },
  { program: "memory-bomb", comesTo: "oom" },
  { program: "memory-bomb-in-child", comesTo: 0 },
  { program: "disk-filler", comesTo: 0 },
  { program: "flood", comesTo: 0, bytesOut: 64 << 20 },
  { program: "fake-frames", comesTo: 7 },
  { program: "kill-everyone", comesTo: 3 },
  { program: "stop-self", comesTo: "timeout", timeoutMs: 500 },
  { program: "trace-the-runner", comesTo: 0 },
  { program: "be-traced", comesTo: "timeout", timeoutMs: 500 },
  { program: "daemons", comesTo: 5, leftovers: 8 },
  { program: "idle-daemon", comesTo: 5, leftovers: 1 },
  { program: "orphans", comesTo: 0, memoryMiB: 256 },
  // The kernel keeps what dead processes held for a while. That may cost the attempt itself its life, but not the next one.
  { program: "orphans", comesTo: [0, 9, "oom"], memoryMiB: 16 },
  { program: "sibling", comesTo: 6, leftovers: 1 },
  { program: "close-everything", comesTo: 5 },
  { program: "keep-everything", comesTo: 5 },
  { program: "ignore-everything", comesTo: "timeout", timeoutMs: 500 },
  { program: "exhaust-inodes", comesTo: 0 },
  { program: "deep-tree", comesTo: 0 },
  { program: "fill-shared-memory", comesTo: 0 },
  { program: "uninterruptible", comesTo: "timeout", leftovers: 1, timeoutMs: 500 },
  { program: "threads-outlive-main", comesTo: "timeout", timeoutMs: 500 },
];

describe("a program that harms all that it can reach gets its own outcome, and the next attempts start as the first", () => {
  it.each(CASES)("$program ($comesTo)", async (each) => {
    const made = await attempts(each.program, ATTEMPTS, each);
    expect(made.map(({ number }) => number)).toEqual(Array.from({ length: ATTEMPTS }, (_, at) => at + 1));
    const did = made.filter((attempt) => said(attempt).startsWith("harm\n"));
    const looked = made.filter((attempt) => !said(attempt).startsWith("harm\n"));
    // Each attempt tosses a coin: one side alone comes up in one of 8 million runs.
    expect(did.length).toBeGreaterThan(0);
    expect(looked.length).toBeGreaterThan(0);
    for (const attempt of looked) {
      expect(said(attempt)).toBe("as at first\n");
      expect(attempt).toMatchObject({ status: 0, timedOut: false, leftovers: 0, oom: false });
    }
    for (const attempt of did) {
      expect([each.comesTo].flat()).toContain(outcome(attempt));
      expect(attempt.leftovers).toBeGreaterThanOrEqual(each.leftovers ?? 0);
      if (each.bytesOut !== undefined) expect(attempt.bytesOut).toBe(each.bytesOut + "harm\n".length);
    }
  });

  it("a gigabyte of output leaves our memory alone", async () => {
    const before = process.memoryUsage.rss();
    const [attempt] = await attempts("gigabyte", 1, { timeoutMs: 60_000 }, ["always"]);
    expect(attempt).toMatchObject({ status: 0, bytesOut: 2 ** 30 + "harm\n".length });
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 2 ** 20);
  });
});

describe("a program that takes from the runner what later attempts would miss ends the run, and is not counted", () => {
  it.each([
    ["lower-limits", "resource limits"],
    ["take-priority", "priority"],
    ["pin-the-runner", "CPU affinity"],
  ])("%s", async (program, what) => {
    await expect(attempts(program, 3, {}, ["always"])).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining(`an attempt changed its surroundings: ${what}`) as string,
    });
  });
});

async function attempts(
  program: string,
  count: number,
  { timeoutMs = 10_000, memoryMiB = 64 }: Pick<Case, "timeoutMs" | "memoryMiB">,
  args: readonly string[] = [],
): Promise<Attempt[]> {
  const run = { timeoutMs, limits: { memory: memoryMiB << 20 } };
  const runner = await openRunner(testTask(image, [`/hostile/${program}`, ...args], { run }));
  return attemptsOf(runner.run(1, count));
}

function said({ output }: Attempt): string {
  return output?.stdout.head.toString("latin1") ?? "";
}

function outcome({ status, timedOut, oom }: Attempt): number | string | null {
  if (termSignal(status) === null) return exitCode(status);
  if (termSignal(status) === 9) return timedOut ? "timeout" : oom === true ? "oom" : "killed";
  return `signal ${termSignal(status)}`;
}
