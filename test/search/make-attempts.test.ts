import { describe, expect, it } from "vitest";
import { infrastructure } from "../../src/failure.js";
import type { Attempt } from "../../src/run/attempt.js";
import type { Slot } from "../../src/run/runner/executor.js";
import { makeAttempts, type AttemptsWanted } from "../../src/search/make-attempts.js";

const attempt = (number: number, status: number): Attempt => ({
  number,
  startMs: 0,
  durationMs: 1,
  userMs: 1,
  systemMs: 0,
  maxRssKiB: 1,
  status,
  timedOut: false,
  leftovers: 0,
  bytesOut: 0,
  bytesErr: 0,
  output: null,
});

/** A slot whose every tenth attempt crashes; `lose` tells after which attempt it is lost. */
function slot(open: { now: number; most: number }, lose?: number): Slot {
  open.now++;
  open.most = Math.max(open.most, open.now);
  let closed = false;
  return {
    async *run(first, count) {
      for (let number = first; number < first + count; number++) {
        if (number === lose) throw infrastructure("lost");
        yield [attempt(number, number % 10 === 0 ? 11 : 0)];
      }
    },
    async close() {
      if (!closed) open.now--;
      closed = true;
    },
  };
}

const base = (open: AttemptsWanted["open"], wanted: AttemptsWanted["wanted"]): AttemptsWanted => ({
  open,
  judge: ({ status }) => ({
    key: status === 0 ? "clean" : "crash SIGSEGV",
    outcome: status === 0 ? "clean" : "crash",
    counted: status !== 0,
  }),
  lanes: 2,
  block: 7,
  wanted,
  signal: new AbortController().signal,
});

describe("makeAttempts", () => {
  it("makes as many as are wanted, in as many slots as there are lanes, and closes them", async () => {
    const open = { now: 0, most: 0 };
    const counts = await makeAttempts(base(async () => slot(open), { attempts: 100 }));
    expect([counts.attempts, counts.counted]).toEqual([100, 10]);
    expect(counts.ends.map(({ key, count }) => [key, count])).toEqual([
      ["clean", 90],
      ["crash SIGSEGV", 10],
    ]);
    expect(open).toEqual({ now: 0, most: 2 });
  });

  it("ends as soon as there are enough", async () => {
    const open = { now: 0, most: 0 };
    const enough = ({ counted }: { counted: number }): boolean => counted > 0;
    const counts = await makeAttempts(base(async () => slot(open), { attempts: 10_000, enough }));
    expect(counts.counted).toBeGreaterThan(0);
    expect(counts.attempts).toBeLessThan(40);
    expect(open.now).toBe(0);
  });

  it("makes attempts of a lost slot again, and counts none twice", async () => {
    const open = { now: 0, most: 0 };
    const counts = await makeAttempts(base(async () => slot(open, 33), { attempts: 50 }));
    expect(counts.attempts).toBe(50);
    await expect(makeAttempts(base(async () => slot(open, 1), { attempts: 50 }))).resolves.toMatchObject({
      attempts: 50,
    });
    await expect(
      makeAttempts(base(() => Promise.reject(infrastructure("no engine")), { attempts: 50 })),
    ).rejects.toThrow("no engine");
    expect(open.now).toBe(0);
  });
});
