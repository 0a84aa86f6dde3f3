import { describe, expect, it } from "vitest";
import { gridOf } from "../../src/report/grid.js";
import type { EnvironmentRecord } from "../../src/result/result.js";
import { sameCrashes } from "../../src/result/same-crash.js";
import { sample } from "./samples.js";

const result = sample("flaky-grid");
const [base] = result.environments;
if (!base) throw new Error("the sample has an environment");

function gridWith(...changes: Partial<EnvironmentRecord>[]) {
  const environments = changes.map((change, i) => ({ ...base, id: `${i}`, ...change }) as EnvironmentRecord);
  return gridOf({ ...result, environments });
}

const libc = (version: string) => ({ libc: { family: "glibc" as const, version, package: "libc6" } });

describe("the grid", () => {
  it("is libc by Go where both vary, in the order of versions", () => {
    const grid = gridWith(
      ...["2.31", "2.9"].flatMap((version) =>
        ["1.24.4", "1.5.1"].map((go) => ({ ...libc(version), go: { version: go } })),
      ),
    );
    expect([grid?.rowAxis, grid?.columnAxis]).toEqual(["libc", "Go"]);
    expect(grid?.rows).toEqual(["glibc 2.9", "glibc 2.31"]);
    expect(grid?.columns).toEqual(["Go 1.5.1", "Go 1.24.4"]);
    expect(grid?.at("glibc 2.31", "Go 1.5.1")?.id).toBe("1");
  });

  it("is no grid where each libc has a Go of its own, or one axis varies", () => {
    expect(gridOf(sample("nine-environments"))).toBeNull();
    expect(gridOf(sample("one-crash"))).toBeNull();
    expect(gridWith(libc("2.31"), libc("2.36"), libc("2.41"))).toBeNull();
  });

  it("is built in by ran on where a binary was run elsewhere", () => {
    const pairs = ["a", "b"].flatMap((builtIn) => ["a", "b"].map((ranOn) => ({ builtIn, ranOn })));
    const grid = gridWith(...pairs);
    expect([grid?.rowAxis, grid?.columnAxis]).toEqual(["built in", "ran on"]);
    expect(grid?.at("b", "a")?.id).toBe("2");
  });

  it("takes variants and conditions for axes too", () => {
    const cells = ["uncached", "dynamic"].flatMap((variant) =>
      ["2.31", "2.36"].map((v) => ({ variant, ...libc(v) })),
    );
    const [rows, columns] = [gridWith(...cells)?.rowAxis, gridWith(...cells)?.columnAxis];
    expect([rows, columns]).toEqual(["libc", "variant"]);
    const conditions = [null, "one-cpu"].flatMap((condition) =>
      ["2.31", "2.36"].map((v) => ({ condition, ...libc(v) })),
    );
    expect(gridWith(...conditions)?.columns).toEqual(["one-cpu", "plain"]);
  });
});

describe("the same crash", () => {
  it("is one over all environments, marked by letters, the most frequent first", () => {
    const crashes = sameCrashes(result);
    expect(crashes.map(({ mark, count, attempts }) => [mark, count, attempts])).toEqual([
      ["A", 133, 1200],
      ["B", 2, 400],
    ]);
    expect(crashes[0]?.seen.map(({ environment }) => environment.id)).toEqual([
      "glibc-2.31/go-1.15",
      "glibc-2.36/go-1.15",
      "glibc-2.36/go-1.19",
    ]);
  });

  it("shows the fullest evidence, and goes on after Z", () => {
    const [signature] = base.signatures;
    if (!signature) throw new Error("the sample has a signature");
    const bare = {
      ...signature,
      evidence: { ...signature.evidence, threads: [], go: null, explanation: null },
    };
    const environments = [
      { ...base, id: "bare", signatures: [bare] },
      { ...base, id: "full", signatures: [signature] },
    ];
    expect(sameCrashes({ ...result, environments })[0]?.from.id).toBe("full");
    const many = Array.from({ length: 29 }, (_, i) => ({ ...signature, id: String(i), count: 100 - i }));
    const marks = sameCrashes({ ...result, environments: [{ ...base, signatures: many }] }).map(
      ({ mark }) => mark,
    );
    expect(marks.slice(24)).toEqual(["Y", "Z", "AA", "AB", "AC"]);
  });
});
