import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StopRule } from "../../../src/plan/plan.js";
import { CellState } from "../../../src/run/state/cell-state.js";
import type { JudgedAttempt } from "../../../src/run/state/tally.js";

function attempt(number: number, counted: boolean, startMs = number): JudgedAttempt {
  return {
    attempt: {
      number,
      startMs,
      durationMs: 1 + (number % 7),
      userMs: 0,
      systemMs: 0,
      maxRssKiB: number,
      status: counted ? 11 : 0,
      timedOut: false,
      leftovers: 0,
      bytesOut: 0,
      bytesErr: 0,
      output: null,
    },
    verdict: counted
      ? { key: "SIGSEGV", outcome: "crash", counted }
      : { key: "clean", outcome: "clean", counted },
  };
}

function stateAfter(stop: StopRule, attempts: readonly JudgedAttempt[]): CellState {
  const state = new CellState(stop);
  for (const each of attempts) state.add(each);
  return state;
}

const outcomes = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });
const shuffled = outcomes.chain((counted) =>
  fc.record({
    inOrder: fc.constant(counted.map((each, index) => attempt(index + 1, each))),
    anyOrder: fc.shuffledSubarray(
      counted.map((each, index) => attempt(index + 1, each)),
      { minLength: counted.length },
    ),
  }),
);

describe("attempts are counted in the order of their numbers, however they end", () => {
  test("so the tally of a fixed number does not depend on the order of their end", () => {
    fc.assert(
      fc.property(shuffled, ({ inOrder, anyOrder }) => {
        const stop: StopRule = { kind: "runs", runs: inOrder.length };
        const [a, b] = [stateAfter(stop, inOrder), stateAfter(stop, anyOrder)];
        expect(b.ending).toBe("reached");
        expect(b.tally.summary()).toEqual(a.tally.summary());
      }),
    );
  });

  test("and until-crashes ends at the K-th crash by number, with the rest left out", () => {
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 1, max: 5 }), ({ inOrder, anyOrder }, crashes) => {
        const state = stateAfter({ kind: "until-crashes", crashes, cap: 1000 }, anyOrder);
        const crashed = inOrder.filter(({ verdict }) => verdict.counted).map((each) => each.attempt.number);
        const last = crashed[crashes - 1];
        if (last === undefined) {
          expect(state.ending).toBeNull();
          expect(state.tally.attempts).toBe(inOrder.length);
        } else {
          expect(state.ending).toBe("reached");
          expect(state.tally).toMatchObject({ attempts: last, counted: crashes });
          expect(state.excluded).toBe(inOrder.length - last);
        }
      }),
    );
  });
});

describe("until-crashes", () => {
  const stop: StopRule = { kind: "until-crashes", crashes: 2, cap: 10 };

  test("asks for no number above the K-th crash that is known, and for all below", () => {
    const state = stateAfter(stop, [attempt(5, true), attempt(7, true)]);
    expect([1, 2, 6].map((number) => state.admit(number))).toEqual(["go", "go", "go"]);
    expect(state.admit(8)).toBe("never");
    state.add(attempt(2, true));
    expect(state.admit(6)).toBe("never");
    expect(state.admit(4)).toBe("go");
    expect(state.ending).toBeNull();
    for (const number of [1, 3, 4]) state.add(attempt(number, false));
    expect(state.ending).toBe("reached");
    expect(state.tally).toMatchObject({ attempts: 5, counted: 2 });
    expect(state.excluded).toBe(1);
  });

  test("says where its cap came first", () => {
    const state = stateAfter(
      stop,
      Array.from({ length: 10 }, (_, index) => attempt(index + 1, index === 3)),
    );
    expect(state.ending).toBe("limit");
    expect(state.tally).toMatchObject({ attempts: 10, counted: 1 });
  });

  test("sees nothing above a gap where it is interrupted", () => {
    const state = stateAfter(stop, [attempt(1, true), attempt(3, true)]);
    state.settle();
    expect(state.tally).toMatchObject({ attempts: 1, counted: 1 });
    expect(state.untallied).toBe(1);
  });
});

describe("until-crashes within a time", () => {
  const stop: StopRule = { kind: "until-crashes", crashes: 2, cap: 100, withinMs: 50 };

  test("counts above a gap once the time is over, since nobody will fill it", () => {
    const state = stateAfter(stop, [attempt(1, false), attempt(4, true)]);
    state.settle(true);
    expect(state.ending).toBeNull();
    expect(state.tally).toMatchObject({ attempts: 2, counted: 1 });
  });

  test("and ends at the last crash that was asked for", () => {
    const state = stateAfter(stop, [attempt(2, true), attempt(4, true), attempt(6, false)]);
    state.settle(true);
    expect(state.ending).toBe("reached");
    expect(state.tally).toMatchObject({ attempts: 2, counted: 2 });
    expect(state.excluded).toBe(1);
  });

  test("but not where it is interrupted before", () => {
    const state = stateAfter(stop, [attempt(1, false), attempt(4, true)]);
    state.settle(false);
    expect(state.tally).toMatchObject({ attempts: 1, counted: 0 });
  });
});

test("a span of time counts what started in it, and settles over gaps", () => {
  const state = stateAfter({ kind: "for", durationMs: 100 }, [
    attempt(1, false, 10),
    attempt(2, true, 99),
    attempt(4, true, 50),
    attempt(5, true, 100),
  ]);
  state.settle();
  expect(state.tally).toMatchObject({ attempts: 3, counted: 2 });
  expect(state.excluded).toBe(1);
});

test("an attempt that hangs holds others back only after very many", () => {
  const state = stateAfter({ kind: "runs", runs: 1_000_000 }, [attempt(1, false)]);
  expect(state.admit(100_001)).toBe("go");
  expect(state.admit(100_002)).toBe("wait");
});

test("a number that comes twice is refused", () => {
  const state = stateAfter({ kind: "runs", runs: 5 }, [attempt(1, false)]);
  expect(() => state.add(attempt(1, true))).toThrow("attempt 1 was made twice");
});

describe("under the scheduler, a program that never had a second thread", () => {
  const stop: StopRule = { kind: "until-crashes", crashes: 1, cap: 100_000 };
  const clean = Array.from({ length: 60 }, (_, index) => attempt(index + 1, false));
  const stateOf = (threads: CellState["threads"]): CellState => {
    const state = new CellState(stop);
    state.threads = threads;
    for (const each of clean) state.add(each);
    return state;
  };

  test("is at its end after 50 attempts, and the rest is left out", () => {
    const state = stateOf("one");
    expect(state).toMatchObject({ ending: "alone", excluded: 10 });
    expect(state.tally.attempts).toBe(50);
    expect(state.admit(61)).toBe("never");
  });

  test.each(["several", null] as const)("is not meant where it had %s", (threads) => {
    expect(stateOf(threads).ending).toBeNull();
  });
});
