import { outputPattern } from "../manifest/output-pattern.js";
import type { Expectation } from "../manifest/repro.js";
import type { Evidence } from "./evidence.js";
import { faultAddress } from "./fault-address.js";
import type { Outcome } from "./outcome.js";
import { crashedFrames } from "./frames/go-story.js";
import { crashedThread } from "./frames/thread-story.js";

/** What an expectation is held against: how an attempt (or all of one signature) ended, and what is known of it. */
export interface Ended {
  readonly outcome: Outcome;
  readonly evidence: Pick<Evidence, "go" | "siginfo" | "threads"> | null;
  /** Standard output and error; null where they were not kept. */
  readonly output: string | null;
}

/** `met` is null where what is known does not settle it: then it is neither a hit nor a miss. */
export interface Judgement {
  readonly met: boolean | null;
  /** In words: `signal is SIGABRT, not SIGSEGV`. */
  readonly why: string;
}

/** Whether an end is what one `expect` line of the manifest says. All its keys must hold; the first that does not is named. */
export function judge(expectation: Expectation, ended: Ended): Judgement {
  const held: string[] = [];
  let unsettled: string | null = null;
  for (const check of CHECKS) {
    const judgement = check(expectation, ended);
    if (judgement === null) continue;
    if (judgement.met === false) return judgement;
    if (judgement.met === null) unsettled ??= judgement.why;
    else held.push(judgement.why);
  }
  if (unsettled !== null) return { met: null, why: unsettled };
  return { met: true, why: held.join(", ") || "nothing in particular is expected" };
}

type Check = (expectation: Expectation, ended: Ended) => Judgement | null;

function compare(
  what: string,
  wanted: string | number | undefined,
  seen: string | number | null,
): Judgement | null {
  if (wanted === undefined) return null;
  if (seen === wanted) return { met: true, why: `${what} ${wanted}` };
  return {
    met: false,
    why: seen === null ? `no ${what}, expected ${wanted}` : `${what} is ${seen}, not ${wanted}`,
  };
}

const CHECKS: readonly Check[] = [
  ({ outcome }, ended) => compare("outcome", outcome, ended.outcome.kind),
  ({ signal }, ended) => compare("signal", signal, signalOf(ended)),
  ({ exit }, ended) => compare("exit status", exit, ended.outcome.exitCode),
  atAddress,
  frame,
  output,
];

/** gdb's word, else the kernel's, else Go's own (its exit status 2 hides the signal that it died of). */
function signalOf({ outcome, evidence }: Ended): string | null {
  if (outcome.kind !== "crash") return outcome.signal;
  return (
    evidence?.siginfo?.signal ??
    (outcome.signal === "SIGABRT" ? null : outcome.signal) ??
    evidence?.go?.signal?.name ??
    outcome.signal
  );
}

function atAddress(expectation: Expectation, { evidence }: Ended): Judgement | null {
  const wanted = expectation["fault-address"];
  if (wanted === undefined) return null;
  const address = `0x${BigInt(wanted).toString(16)}`;
  const seen = evidence === null ? null : faultAddress(evidence);
  if (seen === null)
    return { met: null, why: `fault address ${address} cannot be checked: no trace has one` };
  return compare("fault address", address, seen);
}

function frame(expectation: Expectation, { evidence }: Ended): Judgement | null {
  const wanted = expectation.frame;
  if (wanted === undefined) return null;
  const native = crashedThread(evidence?.threads ?? [])?.frames ?? [];
  const go = evidence?.go ? crashedFrames(evidence.go) : [];
  const names = [...native, ...go].map((candidate) => candidate.function);
  const hit = names.find((name) => name !== null && name.includes(wanted));
  if (hit) return { met: true, why: `frame ${hit}` };
  if (native.length === 0)
    return { met: null, why: `frame ${wanted} cannot be checked: there is no native trace` };
  const shown = names
    .filter((name) => name !== null)
    .slice(0, 3)
    .join(" < ");
  return { met: false, why: `no frame ${wanted} in ${shown}` };
}

function output(expectation: Expectation, ended: Ended): Judgement | null {
  if (expectation.output === undefined) return null;
  const wanted = `/${expectation.output}/`;
  if (ended.output === null) return { met: null, why: `output ${wanted} cannot be checked: it was not kept` };
  const hit = outputPattern(expectation.output).test(ended.output);
  return hit
    ? { met: true, why: `output matches ${wanted}` }
    : { met: false, why: `output does not match ${wanted}` };
}
