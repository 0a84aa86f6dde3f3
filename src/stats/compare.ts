import type { Plan } from "../plan/plan.js";
import { holm } from "./exact/holm.js";
import { pairsOf } from "./pairs.js";
import { count } from "../text/count.js";
import { type Tally, checkConfidence, checkTally } from "./tally.js";
import { type Sampling, type TwoSamples, twoSamples } from "./exact/two-samples.js";

/** A cell as comparisons see it. */
export interface ComparedCell extends Tally {
  readonly id: string;
  /** The signatures among what was counted, with their counts. */
  readonly signatures: readonly { readonly id: string; readonly title: string; readonly count: number }[];
  /** It also failed in ways of which too little is known to compare them. */
  readonly unnamed?: boolean;
}

export interface CompareOptions {
  /** What is counted, as `Rate.of`. */
  readonly of: string;
  readonly pairs: Plan["comparison"];
  readonly confidence: number;
  readonly sampling: Sampling;
}

/** Two cells, compared; the report's ComparisonRecord has the same shape. */
export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly of: string;
  /** rate(b) - rate(a), and its interval (for this comparison alone). */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly pValue: number;
  readonly adjustedPValue: number;
  readonly test: string;
  readonly differs: boolean;
  readonly verdict: string;
}

/**
 * Compares cells with the baseline, or every two. Cells without attempts are left out. A pair differs where its rates do,
 * or the rate of one of its signatures; all of these tests are corrected together (Holm).
 */
export function compareCells(
  cells: readonly ComparedCell[],
  { of, pairs, confidence, sampling }: CompareOptions,
): readonly Comparison[] {
  checkConfidence(confidence);
  cells.forEach(checkTally);
  const ran = new Map(cells.filter((cell) => cell.attempts > 0).map((cell) => [cell.id, cell]));
  if (pairs.kind === "baseline" && !ran.has(pairs.baseline) && cells.some(({ id }) => id === pairs.baseline))
    return [];
  const methods = twoSamples(sampling);
  const tested = pairsOf([...ran.keys()], pairs).map(([a, b]) => testPair(ran.get(a)!, ran.get(b)!, methods));
  const signatureTests = tested.filter(({ signature }) => signature !== null);
  const adjusted = holm([
    ...tested.map(({ pValue }) => pValue),
    ...signatureTests.map(({ signature }) => signature!.pValue),
  ]);
  const alpha = 1 - confidence;
  return tested.map((pair, i) => {
    const { a, b } = pair;
    const signature = pair.signature && {
      ...pair.signature,
      adjusted: adjusted[tested.length + signatureTests.indexOf(pair)]!,
    };
    const byRate = adjusted[i]! <= alpha;
    const bySignature = signature !== null && signature.adjusted <= alpha;
    return {
      a: a.id,
      b: b.id,
      of,
      difference: b.counted / b.attempts - a.counted / a.attempts,
      ...methods.interval(a, b, confidence),
      pValue: pair.pValue,
      adjustedPValue: adjusted[i]!,
      test: `${methods.name(a, b)}; Holm's correction over ${adjusted.length} test${adjusted.length === 1 ? "" : "s"}`,
      differs: byRate || bySignature,
      verdict: byRate
        ? `differs: ${ofAttempts(a)} on ${a.id}, ${ofAttempts(b)} on ${b.id}${apart(a, b) ? ", by other crashes" : ""}`
        : bySignature
          ? differsBySignature(a, b, signature)
          : noDifference(a, b, methods, { confidence, tests: adjusted.length }),
    };
  });
}

interface TestedPair {
  readonly a: ComparedCell;
  readonly b: ComparedCell;
  readonly pValue: number;
  /** The signature whose rates differ most; null where the pair has fewer than two, since then it says nothing new. */
  readonly signature: { readonly id: string; readonly title: string; readonly pValue: number } | null;
}

function testPair(a: ComparedCell, b: ComparedCell, methods: TwoSamples): TestedPair {
  const titles = new Map([...a.signatures, ...b.signatures].map(({ id, title }) => [id, title]));
  const each = [...titles].map(([id, title]) => {
    const pValue = methods.pValue(tallyOf(a, id), tallyOf(b, id));
    return { id, title, pValue: Math.min(1, pValue * titles.size) };
  });
  const least = each.reduce((best, next) => (next.pValue < best.pValue ? next : best), each[0]!);
  return { a, b, pValue: methods.pValue(a, b), signature: titles.size < 2 ? null : least };
}

function tallyOf(cell: ComparedCell, signature: string): Tally {
  const found = cell.signatures.find(({ id }) => id === signature);
  return { counted: Math.min(found?.count ?? 0, cell.attempts), attempts: cell.attempts };
}

const ofAttempts = ({ counted, attempts }: Tally): string => `${count(counted)} of ${count(attempts)}`;

/** Both have signatures, and none in common. */
function apart(a: ComparedCell, b: ComparedCell): boolean {
  if (a.unnamed === true || b.unnamed === true) return false;
  const ofA = new Set(a.signatures.map(({ id }) => id));
  return ofA.size > 0 && b.signatures.length > 0 && !b.signatures.some(({ id }) => ofA.has(id));
}

function differsBySignature(
  a: ComparedCell,
  b: ComparedCell,
  { id, title }: { readonly id: string; readonly title: string },
): string {
  const [inA, inB] = [tallyOf(a, id), tallyOf(b, id)];
  return `differs in how it fails; no difference in rate shown: ${JSON.stringify(title)} is ${ofAttempts(inA)} on ${a.id}, ${ofAttempts(inB)} on ${b.id}`;
}

function noDifference(
  a: ComparedCell,
  b: ComparedCell,
  methods: TwoSamples,
  { confidence, tests }: { readonly confidence: number; readonly tests: number },
): string {
  const excluded = methods.excluded(a, b, (1 - confidence) / tests);
  const text =
    excluded === null
      ? `no difference in rate shown: ${count(a.attempts)} and ${count(b.attempts)} attempts are too few to show one of any size`
      : `no difference in rate shown: ${methods.excludedInWords(excluded, confidence)}`;
  return apart(a, b) ? `${text}; but they fail in different ways: no signature is on both` : text;
}
