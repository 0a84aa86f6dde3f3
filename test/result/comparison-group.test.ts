import { expect, test } from "vitest";
import { comparisonGroups } from "../../src/result/comparison-group.js";
import { compareCells, type ComparedCell } from "../../src/stats/compare.js";
import { sample } from "../report/samples.js";

/** Groups as the campaign's own comparisons, of these counted attempts of 20, come out. */
function groupsOf(counted: Readonly<Record<string, number>>) {
  const cells = Object.entries(counted).map(([id, times]): ComparedCell => {
    const signatures = times === 0 ? [] : [{ id: "s", title: `crash on ${id}`, count: times }];
    return { id, counted: times, attempts: 20, signatures };
  });
  const [baseline] = Object.keys(counted) as [string];
  const comparisons = compareCells(cells, {
    of: "SIGSEGV",
    confidence: 0.95,
    sampling: "fixed",
    pairs: { kind: "baseline", baseline },
  });
  return comparisonGroups({ ...sample("clean"), comparisons: [...comparisons] }).map(
    ({ environments, verdict }) => ({
      environments,
      verdict,
    }),
  );
}

test("environments that came out the same share a row, those that differ first", () => {
  expect(groupsOf({ "glibc-2.3": 20, "glibc-2.36": 20, "glibc-2.41": 0, "musl-1.2.3": 0 })).toEqual([
    {
      environments: ["glibc-2.41", "musl-1.2.3"],
      verdict: "differs: 20 of 20 on glibc-2.3, 0 of 20 on each",
    },
    {
      environments: ["glibc-2.36"],
      verdict: expect.stringMatching(/^no difference in rate shown: /) as string,
    },
  ]);
});

test("one alone keeps its name, also where it is the beginning of the baseline's", () => {
  expect(
    groupsOf({ "glibc-2.36": 0, "glibc-2.3": 20, "musl-1.2.3": 12 }).map(({ verdict }) => verdict),
  ).toEqual([
    "differs: 0 of 20 on glibc-2.36, 20 of 20 on glibc-2.3",
    "differs: 0 of 20 on glibc-2.36, 12 of 20 on musl-1.2.3",
  ]);
});
