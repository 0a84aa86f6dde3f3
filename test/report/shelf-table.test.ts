import { describe, expect, it } from "vitest";
import type { EnvironmentRecord, Result, SignatureRecord } from "../../src/result/result.js";
import { ending, shelfTable, withShelf } from "../../src/report/shelf-table.js";

type Ending = Pick<SignatureRecord, "outcome" | "signal" | "exitCode" | "count">;

function environment(attempts: number, ...endings: Ending[]): EnvironmentRecord {
  const outcomes = { crash: 0, exit: 0, timeout: 0, clean: attempts };
  for (const { outcome, count } of endings) {
    outcomes[outcome] += count;
    outcomes.clean -= count;
  }
  return { id: "glibc-2.31", attempts, outcomes, signatures: endings } as unknown as EnvironmentRecord;
}

const crash = (signal: string | null, count: number): Ending => ({
  outcome: "crash",
  signal,
  exitCode: null,
  count,
});

describe("how a program ends in an environment", () => {
  it.each([
    ["clean", environment(5)],
    ["?", environment(0)],
    ["**SIGSEGV**", environment(5, crash("SIGSEGV", 5))],
    ["**SIGSEGV**", environment(5, crash("SIGSEGV", 3), crash("SIGSEGV", 2))],
    ["**SIGSEGV** 2 of 5", environment(5, crash("SIGSEGV", 2))],
    ["**SIGSEGV** 4 of 5, **SIGABRT** 1 of 5", environment(5, crash("SIGABRT", 1), crash("SIGSEGV", 4))],
    ["**crash**", environment(5, crash(null, 5))],
    ["**exit 4**", environment(5, { outcome: "exit", signal: null, exitCode: 4, count: 5 })],
    ["**hangs**", environment(5, { outcome: "timeout", signal: null, exitCode: null, count: 5 })],
  ])("%s", (words, record) => {
    expect(ending(record)).toBe(words);
  });
});

describe("the table", () => {
  const row = {
    result: {
      plan: { repro: { name: "libc-1", title: 'a "title" | <more>' } },
      environments: [environment(5, crash("SIGSEGV", 5)), { ...environment(5), id: "musl-1.2.2" }],
    } as unknown as Result,
    path: "repros/libc-1/repro.yaml",
  };

  it("has a row for each repro and a column for each environment", () => {
    expect(shelfTable([row]).split("\n")).toEqual([
      "| repro | glibc<br>2.31 | musl<br>1.2.2 |",
      "| --- | :-: | :-: |",
      `| [libc-1](repros/libc-1/repro.yaml)<br>a "title" \\| \\<more\\> | **SIGSEGV** | clean |`,
    ]);
  });

  it("takes the place of the one before it, and of nothing else", () => {
    const document = "a\n<!-- shelf: made by `npm run shelf` -->\nold\n<!-- shelf ends -->\nb\n";
    const once = withShelf(document, "new");
    expect(once).toBe("a\n<!-- shelf: made by `npm run shelf` -->\n\nnew\n\n<!-- shelf ends -->\nb\n");
    expect(withShelf(once as string, "new")).toBe(once);
  });

  it("is not put where there is no place for it", () => {
    expect(withShelf("a\n", "new")).toBeNull();
  });
});
