/** Lines that are looked at; a log of more is like its sample. */
const SAMPLE = 4000;
const MAX_PREFIX = 160;
const MAX_CANDIDATES = 24;
const MAX_SERVICES = 8;
/** Which of the prefixes that nearly all share are tried, from the longest and from the shortest. */
const CHOICES = [0, 1, 2, -1, -2, -3];
/** Of a line or two these are any that it begins with, the shortest first. */
const ALL_CHOICES = [0, 1, 2, 3, 4, 5, 6, 7];
/** So many lines (all, of a shorter log), and such a part of what is left, must begin alike. */
export const LEAST = 3;
const PART = 0.1;
/** Of grep's lines, or of a test runner's, which writes a test's number. */
const LINE_NUMBER = /^0[:-] ?$/;
/** What the lines of a list of changes, of a tracker's issues or of tests that passed begin with. */
const ENTRY =
  /^\s*(?:[✓✔√] |(?:not )?ok 0 )|^\s*(?:[*+•-] )?(?:(?:[Ff]ix(?:e[sd])?|[Bb]ug ?fix|[Cc]hanged|[Aa]dded|[Rr]emoved|[Ss]ecurity)\b|[A-Z][A-Z0]{1,9}-0\s)/;
/** Of a log that is wrapped at all most lines are. */
const WRAPPED = 0.5;

/** A prefix that many lines share, with each run of digits or of hex as `0`: `app-0 web 0:0:0 `. */
type Shape = string;

/** A prefix of a log's lines, and how many spaces all of them have behind it: columns of numbers are as wide as the longest. */
export interface LearnedPrefix {
  readonly shape: Shape;
  readonly spaces: number;
}

/**
 * The prefixes that a log's lines share, whatever they are, the commonest first: one of each service that writes into it. A prefix ends
 * behind a space, a tab or one of `|:>]`. Numbers in it may differ from line to line. Content may look like a prefix (the `#1  0x…` of a
 * stack), or like its last part (`npm ERR! `, the `# ` before the lines of a JVM's report): there are several answers, the longest first,
 * and who calls this compares what is read with each and without. Each is looked for when it is asked for.
 */
export function* learnPrefixes(lines: readonly string[]): Generator<readonly LearnedPrefix[]> {
  // A comment of C is no log that somebody quotes.
  const isCode = lines.some((line) => /^\s*\/\*/.test(line));
  const isText = (shape: Shape): boolean => ENTRY.test(shape) || (isCode && /^\s*\*\s*$/.test(shape));
  const sample = sampled(lines).map((line) => ({
    line,
    shapes: candidatesOf(line).filter(
      (shape) => !isText(shape) && !(shape.includes("|") && line.endsWith("|")),
    ),
  }));
  const known = new Set<string>();
  for (const choice of sample.length < LEAST ? ALL_CHOICES : CHOICES) {
    const answer = learnWith(sample, choice);
    const id = JSON.stringify(answer);
    if (answer.length > 0 && !known.has(id)) yield answer;
    known.add(id);
  }
}

/** A line and all that may be its prefix. */
interface Candidates {
  readonly line: string;
  readonly shapes: readonly Shape[];
}

function learnWith(lines: readonly Candidates[], choice: number): LearnedPrefix[] {
  let left = lines;
  const total = left.length;
  const least = Math.min(LEAST, total);
  const found: LearnedPrefix[] = [];
  while (left.length >= least && found.length < MAX_SERVICES) {
    const best = commonest(left, choice);
    if (best === null || best.count < Math.max(least, PART * total)) break;
    const { shape } = best;
    // grep writes the numbers of lines, too, as it finds them.
    if (LINE_NUMBER.test(shape) && !isCounted(lines)) break;
    // Few lines share what their sentences begin with.
    if (total < LEAST && !isMachines(shape)) break;
    const own = left.filter(({ shapes }) => shapes.includes(shape));
    found.push({ shape, spaces: Math.min(...own.map(({ line }) => spacesBehind(line, shape))) });
    left = left.filter(({ shapes }) => !shapes.includes(shape));
  }
  return total - left.length >= WRAPPED * total ? found : [];
}

/** Whether a prefix has what machines write (a number, a bracket, a bar, a list's mark), and is no sentence. */
function isMachines(shape: Shape): boolean {
  if (!/[0[\]|>│┃]|^[*•-] $/.test(shape) || /["'`#]/.test(shape)) return false;
  // A logger's level and name stand behind a time.
  return !(/0:0/.test(shape) ? /(?:[A-Za-z]{2,} ){3}/ : /[A-Za-z]{2,} [A-Za-z]{2,}/).test(shape);
}

/** Whether the numbers before lines are one number (ctest's of a test), or count them. */
function isCounted(lines: readonly Candidates[]): boolean {
  const numbers = lines.flatMap(({ line }) => /^\s*(\d{1,9})[:-]/.exec(line)?.[1] ?? []).map(Number);
  return numbers.every((number, i) => i === 0 || number - (numbers[i - 1] ?? 0) <= 1);
}

function sampled(lines: readonly string[]): string[] {
  const some = notTooOften(lines.filter((line) => line.trim() !== ""));
  const step = Math.max(1, Math.floor(some.length / SAMPLE));
  return some.filter((_, i) => i % step === 0);
}

/** A line that comes again and again is no more than some lines: what it begins with would be everybody's prefix. */
function notTooOften(lines: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return lines.filter((line) => {
    const shape = line.slice(0, 2 * MAX_PREFIX).replace(/\d+/g, "0");
    const count = (counts.get(shape) ?? 0) + 1;
    counts.set(shape, count);
    return count <= LEAST;
  });
}

/** Of the shapes that (nearly) the most lines begin with, the longest, or another choice. */
function commonest(lines: readonly Candidates[], choice: number): { shape: Shape; count: number } | null {
  const counts = new Map<Shape, number>();
  for (const { shapes } of lines) for (const shape of shapes) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  const likely = [...counts]
    .map(([shape, count]) => ({ shape, count }))
    .filter(({ count }) => count >= 0.95 * most)
    // Of one or two lines all of each is what all begin with.
    .sort((one, other) => (other.shape.length - one.shape.length) * (lines.length < LEAST ? -1 : 1));
  return likely.at(choice) ?? likely[0] ?? null;
}

/** The shapes of a line up to each place where a prefix may end. */
function candidatesOf(line: string): Shape[] {
  const shapes: Shape[] = [];
  let shape = "";
  let at = beforeNumber(line);
  while (at < Math.min(line.length, MAX_PREFIX) && shapes.length < MAX_CANDIDATES) {
    const run = runAt(line, at);
    shape += run.shape;
    at += run.length;
    // A process's number is the sanitizer's and valgrind's own.
    if (shape.endsWith("==0==")) break;
    // A stack's frame.
    if (/#0 0x$/.test(shape)) return shapes.filter((one) => !one.endsWith("#0 "));
    // What is in a record is no prefix.
    if (shape.endsWith('{"')) break;
    // A patch that adds a log.
    if (shape === "+") shapes.push(shape);
    // Of a space all that follow are a part; a time has no end in its midst.
    const inTime = shape.endsWith("0:") && /\d/.test(line[at] ?? "");
    if (/[ \t|:>\]]$/.test(shape) && shape.trim() !== "" && !inTime) shapes.push(shape);
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

/** Numbers of lines are aligned: the spaces before them are none of the shape. */
function beforeNumber(line: string): number {
  const indent = line.search(/\S/);
  return indent > 0 && /^\d{1,9}[\s:|.]/.test(line.slice(indent, indent + 10)) ? indent : 0;
}

/** The spaces that stand where a prefix has its last; none where the rest of the line is empty. */
function spacesBehind(line: string, shape: Shape): number {
  if (!shape.endsWith(" ")) return 0;
  const start = lengthOf(line, shape, 0) ?? 0;
  const rest = line.slice(start);
  return rest.trim() === "" ? Infinity : rest.length - rest.trimStart().length;
}

/**
 * How many characters of a line the prefix takes, or null where the line does not begin with it. Of the spaces behind it those that all
 * lines have are the prefix's, the rest is the program's indentation.
 */
export function learnedPrefix(
  line: string,
  prefixes: readonly LearnedPrefix[],
): { length: number; service: string; indent: string } | null {
  for (const { shape, spaces } of prefixes) {
    const length = lengthOf(line, shape, Number.isFinite(spaces) ? Math.max(1, spaces) : 1);
    if (length !== null) return { length, service: prefixes.length > 1 ? shape : "", indent: "" };
  }
  return null;
}

/** `spaces`: how many of those at the shape's end. */
function lengthOf(line: string, shape: Shape, spaces: number): number | null {
  let at = shape.startsWith("0") ? beforeNumber(line) : 0;
  for (let i = 0; i < shape.length; i++) {
    if (at >= line.length) return /^\s*$/.test(shape.slice(i)) ? line.length : null;
    const run = runAt(line, at);
    if (run.shape !== shape[i]) return null;
    at += i === shape.length - 1 && run.shape === " " ? Math.min(spaces, run.length) : run.length;
  }
  return at;
}
