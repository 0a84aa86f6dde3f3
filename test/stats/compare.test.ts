import { describe, expect, test } from "vitest";
import { type ComparedCell, compareCells } from "../../src/stats/compare.js";

const fixed = { of: "crash", confidence: 0.95, sampling: "fixed" } as const;
const toFirst = { ...fixed, pairs: { kind: "baseline", baseline: "a" } } as const;

function cell(
  id: string,
  counted: number,
  attempts: number,
  signatures?: Record<string, number>,
): ComparedCell {
  const counts = signatures ?? (counted > 0 ? { s1: counted } : {});
  return {
    id,
    counted,
    attempts,
    signatures: Object.entries(counts).map(([name, count]) => ({ id: name, title: `crash ${name}`, count })),
  };
}

const verdicts = (cells: readonly ComparedCell[], options: Parameters<typeof compareCells>[1] = toFirst) =>
  compareCells(cells, options).map(({ a, b, differs, verdict }) => ({ pair: `${a} ${b}`, differs, verdict }));

describe("verdicts", () => {
  test("a rate that differs is said with its counts", () => {
    const [comparison] = compareCells([cell("a", 0, 40), cell("b", 40, 40)], toFirst);
    expect(comparison).toMatchObject({
      a: "a",
      b: "b",
      of: "crash",
      difference: 1,
      high: 1,
      differs: true,
      verdict: "differs: 0 of 40 on a, 40 of 40 on b",
      test: "Boschloo's exact test; Newcombe's hybrid score interval; Holm's correction over 1 test",
    });
    expect(comparison!.low).toBeGreaterThan(0.85);
    expect(comparison!.pValue).toBeLessThan(1e-20);
  });

  test("what shows no difference says which one would have been seen", () => {
    expect(verdicts([cell("a", 0, 100), cell("b", 0, 100)])).toEqual([
      {
        pair: "a b",
        differs: false,
        verdict:
          "no difference in rate shown: a difference over 9.0 points would have been seen with 95 % power",
      },
    ]);
  });

  test("too few attempts for any difference are said to be", () => {
    expect(verdicts([cell("a", 0, 2), cell("b", 1, 2)])).toEqual([
      {
        pair: "a b",
        differs: false,
        verdict: "no difference in rate shown: 2 and 2 attempts are too few to show one of any size",
      },
    ]);
  });

  test("another signature at the same rate is a difference", () => {
    expect(verdicts([cell("a", 40, 40, { s1: 40 }), cell("b", 40, 40, { s2: 39, s1: 1 })])).toEqual([
      {
        pair: "a b",
        differs: true,
        verdict:
          'differs in how it fails; no difference in rate shown: "crash s1" is 40 of 40 on a, 1 of 40 on b',
      },
    ]);
  });

  test("one crash each of another kind is no proof, and said", () => {
    expect(verdicts([cell("a", 1, 40, { s1: 1 }), cell("b", 1, 40, { s2: 1 })])[0]).toMatchObject({
      differs: false,
      verdict: expect.stringMatching(
        /^no difference in rate shown: .* power; but they fail in different ways: no signature is on both$/,
      ) as string,
    });
  });

  test("a rate that differs by crashes of other kinds says so", () => {
    const [comparison] = compareCells([cell("a", 40, 40, { s1: 40 }), cell("b", 5, 40, { s2: 5 })], toFirst);
    expect(comparison!.verdict).toBe("differs: 40 of 40 on a, 5 of 40 on b, by other crashes");
  });

  test("sampling that depended on the data is judged by methods that hold at any time", () => {
    const sequential = { ...toFirst, sampling: "sequential" } as const;
    const found = compareCells([cell("a", 0, 400), cell("b", 0, 380), cell("c", 90, 400)], sequential);
    expect(found.map(({ verdict }) => verdict)).toEqual([
      "no difference in rate shown: a difference over 2.1 points is excluded at 95 %",
      "differs: 0 of 400 on a, 90 of 400 on c",
    ]);
    expect(found[0]!.test).toContain("e-process");
    expect(found[0]!.pValue).toBe(1);
  });
});

describe("which pairs", () => {
  const cells = [cell("b", 0, 10), cell("a", 10, 10), cell("c", 5, 10)];

  test("with the baseline", () => {
    expect(verdicts(cells).map(({ pair }) => pair)).toEqual(["a b", "a c"]);
  });

  test("all", () => {
    const all = verdicts(cells, { ...fixed, pairs: { kind: "all-pairs" } });
    expect(all.map(({ pair }) => pair)).toEqual(["b a", "b c", "a c"]);
  });

  test("cells without attempts are left out, and so is everything without a baseline that ran", () => {
    expect(verdicts([...cells, cell("d", 0, 0)])).toHaveLength(2);
    expect(verdicts([cell("a", 0, 0), cell("b", 1, 5)])).toEqual([]);
  });

  test("a baseline that is no cell is refused with the cells there are", () => {
    expect(() => compareCells([cell("b", 0, 1)], toFirst)).toThrow(
      "the baseline a is not among what was run",
    );
  });
});

test("p-values are corrected over all tests together", () => {
  const cells = [cell("a", 0, 20), cell("b", 6, 20), cell("c", 0, 20), cell("d", 0, 20)];
  const [first] = compareCells(cells, toFirst);
  expect(first!.pValue).toBeLessThan(0.05);
  expect(first!.adjustedPValue).toBeCloseTo(first!.pValue * 3, 12);
  expect(first!.differs).toBe(first!.adjustedPValue <= 0.05);
  expect(first!.test).toContain("Holm's correction over 3 tests");
});

test("a matrix of large samples stays quick: nine environments of 100,000 attempts, every two", () => {
  const cells = Array.from({ length: 9 }, (_, i) => cell(`e${i}`, i * 40, 100_000));
  const found = compareCells(cells, { ...fixed, pairs: { kind: "all-pairs" } });
  expect(found).toHaveLength(36);
  expect(found[0]!.test).toContain("Fisher's exact test");
  expect(found.every(({ differs }) => differs)).toBe(false);
});
