import type { Attempt } from "../run/attempt.js";
import { assembleEvidence } from "./assemble-evidence.js";
import type { Evidence, GoTrace, NativeCapture, SanitizerReport } from "./evidence.js";
import type { MemoryUse } from "./explain/kill.js";
import { captureKey } from "./key.js";
import { lastLine, lastLineOf, saidShape } from "./said.js";
import type { Outcome } from "./outcome.js";
import { signatureOf, type Signature } from "./signature.js";
import { counted } from "../text/numbers.js";

/** The attempts of one key (`attemptKey`). */
export interface KeyGroup {
  readonly key: string;
  readonly outcome: Outcome;
  readonly count: number;
  readonly firstAttempt: number;
  readonly goTrace: GoTrace | null;
  readonly sanitizer?: SanitizerReport | null;
  /** What the first of them had and took. */
  readonly memory?: MemoryUse;
  /** Output of the first of them; null where it was not kept. */
  readonly output: Attempt["output"];
  readonly notes: readonly string[];
  /** Of a deadlock, which no run under gdb ends in: what its schedule tells. */
  readonly signature?: Signature;
}

/** One crash of one environment, as a result names it. */
export interface SignatureGroup extends Signature {
  readonly outcome: Outcome;
  readonly count: number;
  /** `observed`, or in words where attempts that ended alike were told apart by gdb runs. */
  readonly countBasis: string;
  readonly firstAttempt: number;
  readonly evidence: Evidence;
}

/**
 * Joins the attempts' keys with what gdb saw. gdb's runs are not attempts, so nobody saw with gdb how an attempt of the
 * campaign ended: where all captures that fit a key have one signature, all its attempts get it; where they have
 * several, its count is shared out in their proportion, and `countBasis` says so. `tried`: gdb runs that were made for each
 * key, whether they crashed or not.
 */
export function groupSignatures(
  groups: readonly KeyGroup[],
  captures: readonly NativeCapture[],
  tried: Readonly<Record<string, number>> = {},
): SignatureGroup[] {
  const fitting = assign(
    groups,
    captures.filter((capture) => capture.fatal || capture.hang),
  );
  const bySignature = new Map<string, SignatureGroup>();
  groups.forEach((group, i) => {
    const runs = Object.hasOwn(tried, group.key) ? (tried[group.key] ?? 0) : 0;
    for (const part of parts(group, fitting[i] ?? [], runs)) {
      const same = bySignature.get(part.id);
      bySignature.set(part.id, same === undefined ? part : merged(same, part));
    }
  });
  return [...bySignature.values()].sort((a, b) => b.count - a.count || a.firstAttempt - b.firstAttempt);
}

/** For each group the captures that show an end like its attempts': of one key, else of one signal. */
function assign(groups: readonly KeyGroup[], captures: readonly NativeCapture[]): NativeCapture[][] {
  const fitting = groups.map((): NativeCapture[] => []);
  for (const capture of captures) {
    const key = captureKey(capture);
    let at = groups.findIndex((group) => group.key === key);
    if (at === -1 && capture.hang) continue;
    if (at === -1) at = groups.findIndex((group) => signalOf(group) === capture.siginfo.signal);
    // A child's crash that the program answered with an exit status of its own.
    if (at === -1 && !capture.main) at = answeredIn(groups, capture);
    if (at !== -1) fitting[at]?.push(capture);
  }
  return fitting;
}

/** Which exit a parent made of its child's crash: the one with the same last line, else the first. */
function answeredIn(groups: readonly KeyGroup[], { stderr }: NativeCapture): number {
  const said = lastLine({ stdout: "", stderr });
  const alike = ({ outcome, output }: KeyGroup): boolean => {
    const line = lastLineOf(output);
    return outcome.kind === "exit" && said !== null && line !== null && saidShape(line) === saidShape(said);
  };
  const at = groups.findIndex(alike);
  return at !== -1 ? at : groups.findIndex(({ outcome }) => outcome.kind === "exit");
}

function signalOf({ outcome, goTrace }: KeyGroup): string | null {
  if (outcome.kind !== "crash" || outcome.service !== undefined || goTrace?.kind === "panic") return null;
  return goTrace?.signal?.name ?? outcome.signal;
}

function parts(group: KeyGroup, captures: readonly NativeCapture[], runs: number): SignatureGroup[] {
  const { goTrace, sanitizer = null, output, notes } = group;
  const known = {
    outcome: group.outcome,
    goTrace,
    sanitizer,
    output,
    notes,
    ...(group.memory === undefined ? {} : { memory: group.memory }),
  };
  const tried = Math.max(runs, captures.length);
  const kinds = new Map<string, { signature: Signature; capture: NativeCapture; met: number }>();
  for (const capture of captures) {
    const evidence = assembleEvidence({ ...known, capture, captures: { tried, met: 1 } });
    const signature = signatureOf(evidence, group.outcome);
    const same = kinds.get(signature.id);
    if (same === undefined) kinds.set(signature.id, { signature, capture, met: 1 });
    else same.met++;
  }
  const { outcome, firstAttempt, count } = group;
  if (kinds.size === 0) {
    const evidence = assembleEvidence({ ...known, capture: null, captures: { tried, met: 0 } });
    return [
      {
        ...(group.signature ?? signatureOf(evidence, outcome)),
        outcome,
        count,
        countBasis: "observed",
        firstAttempt,
        evidence,
      },
    ];
  }
  const met = [...kinds.values()];
  const counts = shareOut(
    count,
    met.map((kind) => kind.met),
  );
  return met.flatMap((kind, i) => {
    const share = counts[i] ?? 0;
    const evidence = assembleEvidence({
      ...known,
      capture: kind.capture,
      captures: { tried, met: kind.met },
    });
    const countBasis =
      met.length === 1
        ? "observed"
        : `estimated: ${counted(count, "attempt")} ended alike; ${kind.met} of ${counted(captures.length, "gdb run")} that ended so showed this one`;
    return [{ ...kind.signature, outcome, count: share, countBasis, firstAttempt, evidence }];
  });
}

/** Parts a whole number in the proportion of weights, by largest remainder: the parts add up to it. */
export function shareOut(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const shares = exact.map(Math.floor);
  const order = exact
    .map((value, i) => ({ i, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  const left = total - shares.reduce((a, b) => a + b, 0);
  for (const { i } of order.slice(0, left)) shares[i] = (shares[i] ?? 0) + 1;
  return shares;
}

function merged(a: SignatureGroup, b: SignatureGroup): SignatureGroup {
  const [first, other] = a.firstAttempt <= b.firstAttempt ? [a, b] : [b, a];
  const bases = [...new Set([first.countBasis, other.countBasis])];
  const { captures } = first.evidence;
  return {
    ...first,
    count: a.count + b.count,
    countBasis: bases.length === 1 ? (bases[0] ?? "observed") : bases.join("; "),
    evidence: {
      ...(first.evidence.siginfo === null && other.evidence.siginfo !== null
        ? { ...other.evidence, output: first.evidence.output ?? other.evidence.output }
        : first.evidence),
      captures: {
        tried: captures.tried + other.evidence.captures.tried,
        met: captures.met + other.evidence.captures.met,
      },
    },
  };
}
