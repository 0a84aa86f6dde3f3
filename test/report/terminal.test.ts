import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { Evidence } from "../../src/crash/evidence.js";
import { goTraceOf } from "../../src/crash/read/go/trace.js";
import { terminal } from "../../src/report/terminal.js";
import type { Result } from "../../src/result/result.js";
import { freeFields, withFreeFields } from "./leaves.js";
import { SAMPLES, sample } from "./samples.js";

const reports = [".vivarium/campaigns/20261124-172003/report.html"];

describe("the terminal's summary", () => {
  it.each(SAMPLES.filter((name) => name !== "hostile"))("reads as it did: %s", async (name) => {
    await expect(terminal(sample(name), { color: false, reports })).toMatchFileSnapshot(
      `__snapshots__/${name}.terminal.txt`,
    );
  });

  it.each(SAMPLES)("fits 80 columns, and is plain unless told: %s", (name) => {
    const text = terminal(sample(name), { color: false, reports });
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(80);
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  });

  it.each(SAMPLES)("says the same with colour: %s", (name) => {
    const plain = terminal(sample(name), { color: false });
    const coloured = terminal(sample(name), { color: true });
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });

  it.each([40, 60, 120])("fits %i columns with long and wide names in every field", (columns) => {
    const grid = sample("flaky-grid");
    const wide = withFreeFields(grid, freeFields(grid), (text) => `${text}漢字👩‍👩‍👧‍👦-${"x".repeat(90)}`);
    for (const line of terminal(wide, { color: false, columns }).split("\n")) {
      // What never shrinks (counts, rates, intervals) is 48 columns wide.
      expect(stringWidth(line)).toBeLessThanOrEqual(Math.max(columns, 64));
    }
  });

  it("marks the same crash with the same letter in the grid", () => {
    const text = terminal(sample("flaky-grid"), { color: false });
    expect(text).toMatch(/^glibc 2\.31 +A 12\.5 % +· +·$/m);
    expect(text).toMatch(/^glibc 2\.36 +A 11 %, B 0\.5 % +A 9\.8 % +·$/m);
    expect(text).toMatch(/^glibc 2\.41 +clean +clean +clean$/m);
  });

  it("shows exits and timeouts where there are any", () => {
    const result = sample("clean");
    const environments = result.environments.map((environment, i) =>
      i === 0 ? { ...environment, outcomes: { crash: 0, exit: 3, timeout: 2, clean: 95 } } : environment,
    );
    const [, head] = terminal({ ...result, environments }, { color: false }).split("\n\n");
    expect(head).toMatch(/^environ\S+ +attempts +crashes +exits +timeouts +rate/);
    expect(head).toMatch(/^glibc-2\.31 +100 +0 +3 +2 +0 %/m);
    expect(terminal(result, { color: false })).not.toContain("timeouts");
  });

  it("shows of a long story the beginning and the end, which says what came of it", () => {
    const result = sample("one-crash");
    const told = (steps: number): string => {
      const story = Array.from({ length: steps }, (_, i) => `step ${i + 1} of ${steps}`);
      const schedule = {
        file: "schedules/a.json",
        switches: 2,
        found: 2,
        minimal: true,
        played: { attempts: 100, crashes: 100 },
        deadlock: false,
        story,
        spans: [],
      };
      const environments = result.environments.map((environment) => ({
        ...environment,
        signatures: environment.signatures.map((each) => ({ ...each, schedule })),
      }));
      return terminal({ ...result, environments }, { color: false });
    };
    for (const steps of [1, 12, 14, 20]) {
      expect(told(steps).match(/^ {3}\d+\. step \d+ of/gm)).toHaveLength(steps);
      expect(told(steps)).not.toContain("more step");
    }
    expect(told(21).match(/^ {3}\d+\. step \d+ of/gm)).toHaveLength(20);
    expect(told(21)).toMatch(
      /12\. step 12 of 21\n {3}\(1 more step, which report\.md has\)\n {3}14\. step 14/,
    );
    expect(told(21)).toContain("   21. step 21 of 21\n");
  });

  it("never calls expected what was not settled", () => {
    const result = sample("one-crash");
    const environments = result.environments.map((environment) => ({
      ...environment,
      expectation: { met: null, why: "no attempt could be counted" },
    }));
    const text = terminal({ ...result, environments }, { color: false });
    expect(text).toMatch(/^Not settled: glibc-2\.36: no attempt could be counted$/m);
    expect(text).not.toContain("As expected");
  });

  it("shows the stack of the goroutine that a hang is told by, and none of the runtime's threads", () => {
    const text = terminal(withEvidence({ go: goTraceOf(QUIT), explanation: HANG }), { color: false });
    expect(text).toMatch(
      /#1 {2}sync\.\(\*Mutex\)\.Lock at .*\n +#2 {2}main\.\(\*pool\)\.run at \/repro\/main\.go:18\n/,
    );
    expect(text).not.toContain("runtime.");
  });

  it("says of a call of a null pointer where it led", () => {
    const [thread] = sample("one-crash").environments.flatMap(({ signatures }) =>
      signatures.flatMap(({ evidence }) => evidence.threads.filter(({ crashed }) => crashed)),
    );
    if (thread === undefined) throw new Error("the sample has no crashed thread");
    const frames = thread.frames.map((frame, i) =>
      i === 0 ? { ...frame, function: null, file: null, line: null, module: null, address: "0x0" } : frame,
    );
    const text = terminal(withEvidence({ threads: [{ ...thread, frames }] }), { color: false });
    expect(text).toContain("#0  ?? at 0x0, in no code\n");
  });
});

const HANG: Evidence["explanation"] = { kind: "hang", text: "it waits", facts: [], operand: null };
/** What a program printed at SIGQUIT (Go 1.19, shortened). */
const QUIT = `SIGQUIT: quit
PC=0x466a41 m=0 sigcode=0

goroutine 1 [semacquire]:
sync.runtime_Semacquire(0xc00001e0a8?)
\t/usr/lib/go-1.19/src/runtime/sema.go:62 +0x25
sync.(*WaitGroup).Wait(0xc00001e0a0)
\t/usr/lib/go-1.19/src/sync/waitgroup.go:139 +0x52
main.main()
\t/repro/main.go:34 +0x1a5

goroutine 6 [semacquire]:
sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)
\t/usr/lib/go-1.19/src/runtime/sema.go:77 +0x25
sync.(*Mutex).lockSlow(0xc00001e0b0)
\t/usr/lib/go-1.19/src/sync/mutex.go:171 +0x165
sync.(*Mutex).Lock(...)
\t/usr/lib/go-1.19/src/sync/mutex.go:90
main.(*pool).run(0xc00001e098)
\t/repro/main.go:18 +0x8e
created by main.main
\t/repro/main.go:31 +0x14e
`;

/** A result whose every crash has other evidence in part. */
function withEvidence(part: Partial<Evidence>): Result {
  const result = sample("one-crash");
  const environments = result.environments.map((environment) => ({
    ...environment,
    signatures: environment.signatures.map((one) => ({ ...one, evidence: { ...one.evidence, ...part } })),
  }));
  return { ...result, environments };
}
