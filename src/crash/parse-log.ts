import type { Evidence } from "./evidence.js";
import type { Outcome } from "./outcome.js";
import { MAX_LINES } from "./read/example/document.js";
import { Examples } from "./read/example/examples.js";
import { findCrashes } from "./read/find-crashes.js";
import { evidenceOf, type Placed } from "./read/finding.js";
import { LEAST } from "./read/unwrap/learned-prefix.js";
import { LogText } from "./read/unwrap/log-text.js";
import type { Stream } from "./read/unwrap/stream.js";
import { plainText, unwrap, unwrapLearned, unwrapTwice, type Learned } from "./read/unwrap/unwrap.js";
import { signatureOf, type Signature } from "./signature.js";

/** One crash that a log shows. */
export interface LogRecord {
  /** What told of it: the name of a reader (`go`, `gdb`, `sanitizer` …). */
  readonly source: string;
  /** Its lines in the log as it was given, from 1, both included. */
  readonly lines: { readonly first: number; readonly last: number };
  readonly outcome: Outcome;
  readonly signature: Signature;
  readonly evidence: Evidence;
}

/**
 * Every crash in a log from anywhere, of the kinds in readers.ts, alone or among the lines of a CI system. The record is that of a crash that
 * vivarium saw itself, but nothing in it is checked: it is what the log says. What is wrapped around the lines is taken off first: forms that are known;
 * and, where more can be read then, whatever the lines have in common. Of a large log give the `plainText`: whoever keeps the bytes has it in memory twice.
 */
export function parseLog(input: string | Uint8Array | LogText): { readonly records: readonly LogRecord[] } {
  const text = input instanceof LogText ? input : plainText(input);
  const streams = unwrap(text);
  const examples = new Examples(text, () => (isShort(text, MAX_LINES) ? readings(text, streams) : []));
  const known = findCrashes(streams, examples);
  // Of a line or two the prefix is a guess.
  const sure = known.some(tellsAll) && isShort(text, LEAST);
  const found = sure ? known : firstBetter(text, known, examples);
  return { records: found.map(recordOf) };
}

/** Whether a report, or what was said before an abort, needs nobody else's word of the signal. */
function tellsAll({ rank, finding }: Placed): boolean {
  return rank !== "status" && finding.withSignal === undefined;
}

function isShort(text: LogText, least: number): boolean {
  let count = 0;
  for (const line of text.lines(256)) if (line.trim() !== "" && ++count >= least) return false;
  return true;
}

/** Ways to take off what the lines have in common: the likelier first, each only where the one before it shows nothing more. */
const WAYS: readonly ((text: LogText) => Iterable<Learned>)[] = [
  (text) => unwrapLearned(text, "outer"),
  (text) => unwrapLearned(text, "inner"),
];

/** A log with what is known to be around it taken off, and with each that its lines have in common. */
function* readings(text: LogText, known: readonly Stream[]): Generator<readonly Stream[]> {
  yield known;
  for (const way of WAYS) for (const { streams } of way(text)) yield streams;
}

function firstBetter(text: LogText, known: readonly Placed[], examples: Examples): readonly Placed[] {
  for (const way of WAYS) {
    const found = better(way(text), known, examples);
    if (found !== null) return found;
  }
  // Two of them before a report leave nothing of it that could be read.
  const reported = known.some(({ rank }) => rank === "report");
  return reported ? known : (better(unwrapTwice(text), known, examples) ?? known);
}

/** What is found where what the lines have in common is taken off; null where that is not more. */
function better(
  answers: Iterable<Learned>,
  known: readonly Placed[],
  examples: Examples,
): readonly Placed[] | null {
  let best: readonly Placed[] | null = null;
  let most = known.reduce((sum, one) => sum + weightOf(one), 0);
  for (const { streams, isCertain } of answers) {
    const learned = findCrashes(streams, examples);
    const weights = learned.map(weightOf);
    const weight = weights.reduce((all, one) => (isCertain ? all + one : Math.max(all, one)), 0);
    if (weight > most) [best, most] = [learned, weight];
    else if (best === null && saysOnce(learned, known)) best = learned;
  }
  return best;
}

/** Whether these are the deaths that the others tell twice, as a test runner's list of what failed is known by its first words. */
function saysOnce(learned: readonly Placed[], known: readonly Placed[]): boolean {
  const signals = (all: readonly Placed[]) => new Set(all.map(({ finding }) => finding.outcome.signal));
  return (
    learned.length > 0 &&
    learned.length < known.length &&
    [...learned, ...known].every(({ rank }) => rank === "status") &&
    [...signals(known)].every((signal) => signals(learned).has(signal))
  );
}

function recordOf({ source, finding, first, last }: Placed): LogRecord {
  const evidence = evidenceOf(finding);
  const { outcome } = finding;
  return {
    source,
    lines: { first: first + 1, last: last + 1 },
    outcome,
    signature: signatureOf(evidence, outcome),
    evidence,
  };
}

/**
 * How much a finding says. What is taken off wrongly loses lines, tears one crash into several, or makes one of those of two services: so the
 * best finding of the one reading stands against all of the other, unless what is taken off is certain.
 */
function weightOf({ source, finding }: Placed): number {
  const { outcome, known, withSignal } = finding;
  const signal = outcome.kind === "crash" && outcome.signal !== null && withSignal === undefined ? 0.25 : 0;
  const words = (known.capture?.abortMessage ?? null) === null ? 0 : 0.25;
  return (source === "exit-status" ? 0.5 : 1) + signal + words + detailsOf(evidenceOf(finding));
}

function detailsOf(evidence: Evidence): number {
  const { registers, disassembly, mappings, libraries, siginfo } = evidence;
  const lists = disassembly.length + mappings.length + libraries.length + Object.keys(registers).length;
  return framesOf(evidence) + lists + (siginfo === null ? 0 : 1);
}

function framesOf({ go, sanitizer, threads }: Evidence): number {
  const goFrames =
    go?.goroutines.reduce((sum, { frames }) => sum + frames.length, go.runtimeStack.length) ?? 0;
  const reported =
    sanitizer === null
      ? 0
      : [sanitizer, ...sanitizer.others].reduce((sum, { frames }) => sum + frames.length, 0);
  return goFrames + reported + threads.reduce((sum, { frames }) => sum + frames.length, 0);
}
