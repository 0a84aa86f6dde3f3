/** Lines that are looked at; a log of more is like its sample. */
const SAMPLE = 4000;
const MAX_PREFIX = 160;
const MAX_CANDIDATES = 24;
const MAX_SERVICES = 8;
/** So many lines, and such a part of what is left, must begin alike. */
const LEAST = 3;
const PART = 0.1;
/** Of grep's lines, or of a test runner's, which writes a test's number. */
const LINE_NUMBER = /^0[:-] ?$/;
/** Of a log that is wrapped at all most lines are. */
const WRAPPED = 0.5;

/** A prefix that many lines share, with each run of digits or of hex as `0`: `app-0 web 0:0:0 `. */
type Shape = string;

/**
 * The prefixes that a log's lines share, whatever they are, the commonest first: one of each service that writes into it. A prefix ends
 * behind a space, a tab or one of `|:>]`. Numbers in it may differ from line to line. Content may look like a prefix (the `#1  0x…` of a
 * stack): who calls this compares what is read with and without.
 */
export function learnPrefixes(lines: readonly string[]): Shape[] {
  let left = sampled(lines).map(candidatesOf);
  const total = left.length;
  const found: Shape[] = [];
  while (left.length >= LEAST && found.length < MAX_SERVICES) {
    const best = commonest(left);
    if (best === null || best.count < Math.max(LEAST, PART * total)) break;
    // grep writes the numbers of lines, too, as it finds them.
    if (LINE_NUMBER.test(best.shape) && !isCounted(lines)) break;
    found.push(best.shape);
    left = left.filter((shapes) => !shapes.includes(best.shape));
  }
  return total - left.length >= WRAPPED * total ? found : [];
}

/** Whether the numbers before lines are one number (ctest's of a test), or count them. */
function isCounted(lines: readonly string[]): boolean {
  const numbers = lines.flatMap((line) => /^\s*(\d{1,9})[:-]/.exec(line)?.[1] ?? []).map(Number);
  return numbers.every((number, i) => i === 0 || number - (numbers[i - 1] ?? 0) <= 1);
}

function sampled(lines: readonly string[]): string[] {
  const step = Math.max(1, Math.floor(lines.length / SAMPLE));
  return lines.filter((line, i) => i % step === 0 && line.trim() !== "");
}

/** Of the shapes that (nearly) the most lines begin with, the longest. */
function commonest(lines: readonly (readonly Shape[])[]): { shape: Shape; count: number } | null {
  const counts = new Map<Shape, number>();
  for (const shapes of lines) for (const shape of shapes) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  let best: { shape: Shape; count: number } | null = null;
  for (const [shape, count] of counts) {
    if (count >= 0.95 * most && (best === null || shape.length > best.shape.length)) best = { shape, count };
  }
  return best;
}

/** The shapes of a line up to each place where a prefix may end. */
function candidatesOf(line: string): Shape[] {
  const shapes: Shape[] = [];
  let shape = "";
  let at = 0;
  while (at < Math.min(line.length, MAX_PREFIX) && shapes.length < MAX_CANDIDATES) {
    const run = runAt(line, at);
    shape += run.shape;
    at += run.length;
    // A process's number is the sanitizer's and valgrind's own.
    if (shape.endsWith("==0==")) break;
    // What is in a record is no prefix.
    if (shape.endsWith('{"')) break;
    // A patch that adds a log.
    if (shape === "+") shapes.push(shape);
    // Of a space all that follow are a part, but `:` is no end where a space follows.
    const ends = shape.endsWith(" ") || (/[\t|:>\]]$/.test(shape) && line[at] !== " ");
    if (ends && shape.trim() !== "") shapes.push(shape);
  }
  // An empty line of the program's: what is left of its prefix has no space behind it.
  if (at >= line.length && shape.trim() !== "" && !/\s$/.test(shape)) shapes.push(`${shape} `);
  return shapes;
}

const HEX = /(?:[0-9a-f]*\d[0-9a-f]*)+/iy;
const SPACES = / +/y;

/** One character, or a run of digits or hex (`0`), or of spaces: their number differs where columns are aligned. */
function runAt(line: string, at: number): { shape: string; length: number } {
  HEX.lastIndex = at;
  if (HEX.test(line)) return { shape: "0", length: HEX.lastIndex - at };
  SPACES.lastIndex = at;
  if (SPACES.test(line)) return { shape: " ", length: SPACES.lastIndex - at };
  return { shape: line[at] ?? "", length: 1 };
}

/**
 * How many characters of a line the prefix takes, or null where the line does not begin with it. Of the spaces behind it one is the
 * prefix's, the rest is the program's indentation.
 */
export function learnedPrefix(
  line: string,
  shapes: readonly Shape[],
): { length: number; service: string; indent: string } | null {
  for (const shape of shapes) {
    const length = lengthOf(line, shape);
    if (length !== null) return { length, service: shapes.length > 1 ? shape : "", indent: "" };
  }
  return null;
}

function lengthOf(line: string, shape: Shape): number | null {
  let at = 0;
  for (let i = 0; i < shape.length; i++) {
    if (at >= line.length) return /^\s*$/.test(shape.slice(i)) ? line.length : null;
    const run = runAt(line, at);
    if (run.shape !== shape[i]) return null;
    at += i === shape.length - 1 && run.shape === " " ? 1 : run.length;
  }
  return at;
}
