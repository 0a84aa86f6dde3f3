import { expect, test } from "vitest";
import type { Goroutine, GoTrace } from "../../../src/crash/evidence.js";
import { hangStory } from "../../../src/crash/frames/hang-story.js";
import { signatureOfHang } from "../../../src/crash/signature/hang.js";

const goroutine = (id: number, state: string, functions: readonly string[]): Goroutine =>
  ({ id, state, frames: functions.map((name) => ({ function: name, file: null, line: null })) }) as never;

const MAIN = goroutine(1, "chan receive", [
  "testing.(*T).Run",
  "testing.runTests.func1",
  "testing.tRunner",
  "testing.runTests",
  "testing.(*M).Run",
  "main.main",
]);
const TEST = goroutine(18, "chan send", ["queue.(*Queue).Put", "queue.TestPutGet", "testing.tRunner"]);
const HELPER = goroutine(19, "sleep", ["time.Sleep", "queue.TestPutGet.func1"]);
const told = (...goroutines: readonly Goroutine[]) => ({
  threads: [],
  go: { goroutines } as unknown as GoTrace,
});

test("a Go test that hangs is told by the test, for which the main goroutine only waits", () => {
  const seen = told(MAIN, HELPER, TEST);
  expect(hangStory(seen).goroutine?.id).toBe(18);
  expect(signatureOfHang({ ...seen, processes: [] }).title).toBe("hang (chan send) in queue.(*Queue).Put");
});

test("a test that waits for another, as its part, is passed over for that one", () => {
  const outer = goroutine(7, "chan receive", ["testing.(*T).Run", "queue.TestAll", "testing.tRunner"]);
  expect(hangStory(told(MAIN, outer, TEST)).goroutine?.id).toBe(18);
});

test("a test that waits for its workers is told by the worker that waits for a lock", () => {
  const waits = goroutine(7, "semacquire", ["sync.(*WaitGroup).Wait", "queue.TestAll", "testing.tRunner"]);
  const locked = goroutine(8, "semacquire", ["sync.(*Mutex).Lock", "queue.(*Queue).Put"]);
  expect(hangStory(told(MAIN, waits, locked)).goroutine?.id).toBe(8);
});

test("a program that is no test is told by its main goroutine", () => {
  const main = goroutine(1, "chan receive", ["main.wait", "main.main"]);
  expect(hangStory(told(main, TEST)).goroutine?.id).toBe(1);
});
