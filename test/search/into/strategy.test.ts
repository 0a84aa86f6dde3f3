import { expect, test } from "vitest";
import type { PartAnswer } from "../../../src/search/ablate/part-answer.js";
import type { InnerPart, OpenedFunction } from "../../../src/search/into/inner.js";
import { IntoStrategy, type IntoAsk, type IntoState } from "../../../src/search/into/strategy.js";

/** A function by what stands in it: `call of NAME` leads on where NAME has a function, `-` is a statement. */
function opened(name: string, inside: readonly string[], known: ReadonlySet<string>): OpenedFunction {
  const parts = inside.map((what, i): InnerPart => {
    const callee = what === "-" || !known.has(what) ? null : what;
    return {
      id: `${name} ${i + 1}`,
      kind: what === "-" ? "statement" : "call",
      title: what,
      place: { file: "a.go", line: i + 1, lastLine: i + 1 },
      needs: what === "-" ? "a statement" : `the call of ${what}`,
      without: { manifest: {} as never, files: {} },
      condition: null,
      callee,
      isCall: what !== "-",
      end: i,
    };
  });
  return { name, file: "a.go", line: 1, text: "", parts, leftOut: 0 };
}

/** Carries a strategy out: the crash comes so often (of 24) without each of these calls, always without the others. */
function descend(functions: Readonly<Record<string, readonly string[]>>, rates: Record<string, number>) {
  const known = new Set(Object.keys(functions));
  const open = (name: string): OpenedFunction | null =>
    functions[name] === undefined ? null : opened(name, functions[name], known);
  const strategy = new IntoStrategy("main", open, 1);
  let state: IntoState = strategy.initial;
  const asked: string[] = [];
  for (let steps = 0; ; steps++) {
    expect(steps).toBeLessThan(100);
    const step = strategy.next(state, []);
    if (step.kind === "done") break;
    const ask = step.asks[0] as IntoAsk;
    const parts = open(ask.function)?.parts ?? [];
    asked.push(...ask.parts.map((at) => parts[at]?.title ?? ""));
    state = strategy.take(state, ask, {
      parts: ask.parts.map((at): PartAnswer => ({
        refused: null,
        attempts: 24,
        counted: rates[parts[at]?.title ?? ""] ?? 24,
        others: [],
        otherCrash: null,
      })),
      whole: { attempts: 24, counted: 24 },
    });
  }
  return { way: state.levels.map((level) => level.function), asked };
}

test("goes down into the call that is needed, from the last one on, and at the bottom tries what it went past", () => {
  const functions = {
    main: ["log", "dial"],
    dial: ["-", "connect"],
    connect: ["init", "wait", "-"],
    log: ["write"],
  };
  const { way, asked } = descend(functions, { dial: 0, connect: 0, wait: 0 });
  expect(way).toEqual(["main", "dial", "connect"]);
  expect(asked).toEqual(["dial", "connect", "wait", "-", "init", "-", "log"]);
});

test("of several calls that are needed it takes the last: the others may be needed for what they hand to it", () => {
  const functions = { main: ["resolve", "connect"], resolve: ["x"], connect: ["y"] };
  expect(descend(functions, { resolve: 0, connect: 0 }).way).toEqual(["main", "connect"]);
});

test("a call without which the crash is as rare as without the whole function is taken, whether it never came or once", () => {
  const functions = { main: ["dial"], dial: ["partition", "connect"], partition: ["x"], connect: ["y"] };
  expect(descend(functions, { dial: 1, partition: 0, connect: 1 }).way).toEqual(["main", "dial", "connect"]);
});

test("where none is needed it takes the one without which it crashes least", () => {
  const functions = { main: ["a", "b"], a: ["-"], b: ["-"] };
  expect(descend(functions, { a: 1, b: 15 }).way).toEqual(["main", "a"]);
  expect(descend(functions, {}).way).toEqual(["main"]);
});

test("does not go round in circles", () => {
  expect(descend({ main: ["again"], again: ["main"] }, { again: 0, main: 0 }).way).toEqual(["main", "again"]);
});
