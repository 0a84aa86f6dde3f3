import type { ComparisonRecord, EnvironmentRecord, Result } from "../../result/result.js";
import type { FixDetails, FixVerdict } from "../../result/search/fix-details.js";
import { compareCells } from "../../stats/compare.js";
import { counted, percent, pValue } from "../../text/numbers.js";

/** What a patch came to, with what it rests on. */
export interface FixJudgement {
  readonly verdict: FixVerdict;
  readonly comparison: ComparisonRecord | null;
  readonly newCrash: string | null;
  readonly control: FixDetails["control"];
  /** In a sentence. */
  readonly sentence: string;
}

/**
 * Judges a patch by a campaign over both sides, unpatched first, and a campaign of the unpatched side alone, the negative control: a method that
 * tells two equal sides apart tells nothing of two others. Pure.
 */
export function judgeFix(both: Result, control: Result | null): FixJudgement {
  const [without, after] = both.environments as [EnvironmentRecord, EnvironmentRecord];
  const against = control?.environments[0];
  const controlled = against === undefined ? null : controlOf(without, against);
  const comparison = both.comparisons[0] ?? null;
  const fresh = newCrashOf(without, after);
  const newCrash = fresh?.title ?? null;
  const verdict = verdictOf(without, after, {
    comparison,
    newCrash,
    controlDiffers: controlled?.differs === true,
  });
  const sentence = sentenceOf(verdict, without, after, fresh);
  return { verdict, comparison, newCrash, control: controlled, sentence };
}

type Signature = EnvironmentRecord["signatures"][number];

interface Shown {
  readonly comparison: ComparisonRecord | null;
  readonly newCrash: string | null;
  readonly controlDiffers: boolean;
}

function verdictOf(
  without: EnvironmentRecord,
  after: EnvironmentRecord,
  { comparison, newCrash, controlDiffers }: Shown,
): FixVerdict {
  if (after.binary === null || without.binary === null) return "not-built";
  // The patch changed nothing that the program holds: one image served both sides.
  if (after.identicalTo !== null) return countedIn(without) === 0 ? "not-seen" : "no-difference";
  if (countedIn(without) === 0) return "not-seen";
  if (controlDiffers) return "control-differs";
  const oldOnes = without.signatures.map(({ id }) => id);
  const kept = after.signatures.filter(({ id, outcome }) => outcome === "crash" && oldOnes.includes(id));
  if (newCrash !== null && (kept.length === 0 || comparison?.differs === true)) return "another-crash";
  if (comparison?.differs !== true) return "no-difference";
  if (countedIn(after) === 0) return "fixed";
  return comparison.difference < 0 ? "rarer" : "more-often";
}

/** The most frequent crash of the patched side that the unpatched one never showed. */
function newCrashOf(without: EnvironmentRecord, after: EnvironmentRecord): Signature | undefined {
  const known = new Set(without.signatures.map(({ id }) => id));
  return after.signatures
    .filter(({ id, outcome }) => (outcome === "crash" || outcome === "timeout") && !known.has(id))
    .sort((a, b) => b.count - a.count)[0];
}

/** Attempts that were counted, from the rate, which knows them exactly. */
function countedIn({ rate, attempts }: EnvironmentRecord): number {
  return Math.round((rate?.estimate ?? 0) * attempts);
}

/** A control that fails one time in twenty would spoil a twentieth of all answers. */
const CONTROL_CONFIDENCE = 0.99;

function controlOf(without: EnvironmentRecord, again: EnvironmentRecord): NonNullable<FixDetails["control"]> {
  const cells = [without, { ...again, id: `${again.id} again` }].map((environment) => ({
    id: environment.id,
    counted: countedIn(environment),
    attempts: environment.attempts,
    // Rare signatures are cut by gdb's sample; the rates are what the control is about.
    signatures: [],
  }));
  const [comparison] = compareCells(cells, {
    of: without.rate?.of ?? "crash",
    pairs: { kind: "baseline", baseline: without.id },
    confidence: CONTROL_CONFIDENCE,
    // How many attempts the first side made was decided by what they came to.
    sampling: "sequential",
  });
  return {
    attempts: again.attempts,
    counted: countedIn(again),
    pValue: comparison?.adjustedPValue ?? 1,
    differs: comparison?.differs ?? false,
  };
}

function sentenceOf(
  verdict: FixVerdict,
  without: EnvironmentRecord,
  after: EnvironmentRecord,
  fresh: Signature | undefined,
): string {
  const before = `${countedIn(without)} of ${counted(without.attempts, "attempt")}`;
  const now = `${countedIn(after)} of ${after.attempts}`;
  switch (verdict) {
    case "fixed":
      return `Fixed: with the patch, ${now} attempts ended this way${boundsOf(after)}; without it, ${before} did (${percent(without.rate?.estimate ?? 0)})${wayOf(without)}.`;
    case "rarer":
      return `Made rarer: with the patch ${now}, without it ${before}${wayOf(without)}.`;
    case "more-often":
      return `Made more frequent: with the patch ${now}, without it ${before}${wayOf(without)}.`;
    case "no-difference":
      return after.identicalTo === null
        ? `No difference shown: with the patch ${now}, without it ${before}${wayOf(without)}.`
        : `No difference shown: the patch changes nothing of what is built, and without it ${before} ended this way${wayOf(without)}.`;
    case "another-crash":
      return `${fresh?.outcome === "timeout" ? "It hangs now" : "Another crash now"}, in ${freshOf(fresh, after)} with the patch and in none of ${without.attempts} without it: ${fresh?.title}. The crash that was there came in ${before} without the patch${wayOf(without)}.`;
    case "not-seen":
      return `Nothing can be said: without the patch, too, none of ${counted(without.attempts, "attempt")} crashes.`;
    case "control-differs":
      return "Nothing can be said: the unpatched side differs from itself, so what was measured is not steady enough.";
    case "not-built":
      return `Nothing can be said: ${missingSide(without, after)}.`;
  }
}

/** `: SIGSEGV in parse, called from main`: what it is that is counted on the unpatched side. */
function wayOf({ signatures, outcomes }: EnvironmentRecord): string {
  const kinds = outcomes.crash > 0 ? signatures.filter(({ outcome }) => outcome === "crash") : signatures;
  const [first, ...others] = [...kinds].sort((a, b) => b.count - a.count);
  if (first === undefined) return "";
  const more = others.length === 0 ? "" : `, and ${counted(others.length, "other way")}`;
  return `: ${first.title}${more}`;
}

function missingSide(without: EnvironmentRecord, after: EnvironmentRecord): string {
  if (without.binary === null) return "without the patch, too, the program could not be built";
  return /\ba patch does not apply\b/.test(after.notBuilt?.why ?? "")
    ? "the patch does not apply to the program's sources"
    : "with the patch, the program could not be built";
}

function freshOf(fresh: Signature | undefined, { attempts }: EnvironmentRecord): string {
  return `${fresh?.count ?? 0} of ${counted(attempts, "attempt")}`;
}

/** What is excluded where nothing was seen. A program may end well with any status: that is for the reader to judge. */
function boundsOf({ rate, outcomes }: EnvironmentRecord): string {
  const bounds = [
    ...(rate === null ? [] : [`rates above ${percent(rate.high)} are excluded`]),
    ...(outcomes.exit === 0 ? [] : [`${outcomes.exit} of them exited with another status than 0`]),
  ];
  return bounds.length === 0 ? "" : ` (${bounds.join("; ")})`;
}

/** Columns of a commit's message, as git's users write it. */
const MESSAGE_COLUMNS = 72;

/** What a maintainer may put under a patch: lines of a commit's message, its trailer apart. `NAME` is left to be filled in. None where nothing was tested. */
export function trailerOf(result: Result, { sentence, verdict, control }: FixJudgement): string[] {
  if (verdict === "not-built") return [];
  const { name, variant } = result.plan.repro;
  const sides = result.environments.map(({ id }) => id).join(" against ");
  const said =
    control === null
      ? []
      : [
          `Control: the unpatched side again: ${control.counted} of ${control.attempts} (${pValue(control.pValue)}).`,
        ];
  return [
    ...[
      `Tested with vivarium ${result.vivarium}: ${name}${variant === null ? "" : `, ${variant}`}, ${sides}.`,
      sentence,
      ...said,
    ].flatMap((line) => wrapped(line, MESSAGE_COLUMNS)),
    // Nobody vouches for a patch that changes nothing.
    ...(verdict === "fixed" || verdict === "rarer" ? ["", "Tested-by: NAME <ADDRESS>"] : []),
  ];
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
