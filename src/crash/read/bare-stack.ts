import type { Frame } from "../evidence.js";
import { crashed, type Finding, type Reader } from "./finding.js";
import { frameLine } from "./gdb/line.js";
import { lldbFrameLine } from "./lldb/line.js";
import { fileLine, functionLine } from "./go/frame.js";
import { lines, type Log } from "./log-line.js";
import { partialFrame, partialThread } from "./partial-capture.js";
import { sanitizerFrame } from "./sanitizer/frame.js";
import { backtraceSymbol, frameOf } from "./stack/frame.js";
import { withoutHandler } from "./stack/machinery.js";

const MAX_LINES = 400;
const MAX_LINE = 2000;
/** A stack of fewer frames is a line that somebody quotes. */
const LEAST = 2;

interface Numbered {
  readonly number: number | null;
  readonly frame: Frame;
}

/** systemd-coredump's: `#0  0x000055a7be1d43f2 feed_parse (feedd + 0x43f2)`. */
const MODULE_FRAME =
  /^#(?<number>\d{1,4}) {1,2}(?<address>0x[0-9a-f]{8,16}) (?<name>\S{1,300}) \((?<module>[^()+]{1,200}) \+ (?<offset>0x[0-9a-f]{1,16})\)$/;
/** Android's: `#00 pc 000000000004a1b8  /data/app/lib/arm64/libtile.so (tile_bind+24)`. */
const ANDROID_FRAME =
  /^#(?<number>\d{2}) {1,2}pc (?<offset>[0-9a-f]{8,16}) {1,2}(?<module>\/\S{1,300})(?: \((?<name>\S.{0,300}?)(?:\+\d{1,9})?\))?(?: \(BuildId: [0-9a-f]{1,64}\))?$/;
/** glog's: `@     0x55d1b2c3a1f4  store::Open()`. */
const GLOG_FRAME = /^@ {1,16}(?<address>0x[0-9a-f]{4,16}) {1,4}(?<name>\S.{0,300})$/;
const RUST_FRAME =
  /^(?<number>\d{1,4}): {1,6}(?:0x[0-9a-f]{1,16} - )?(?<name>[\w<>:{}&$,*'()[\] -]{3,500}?)(?:::h[0-9a-f]{16})?$/;
const RUST_PLACE = /^at (?<file>\S.{0,500}?):(?<line>\d{1,9})(?::\d{1,9})?$/;

/** Kinds of frames that take a line each. */
const FRAMES: readonly ((line: string) => Numbered | null)[] = [
  (line) => numbered(MODULE_FRAME, line),
  (line) => numbered(ANDROID_FRAME, line),
  symbols,
  (line) => numbered(GLOG_FRAME, line),
  (line) => (/^#\d{1,4}\s+0x[0-9a-f]+ in \S.* (?:\(|at |from )/.test(line) ? frameLine(line) : null),
  sanitizers,
  lldbFrameLine,
  (line) => numbered(RUST_FRAME, line),
];

/** All frames of a stack are of one kind: null where a line is of none, or of another. */
const STACKS: readonly ((text: readonly string[]) => Numbered[] | null)[] = [
  ...FRAMES.map((read) => (text: readonly string[]) => framesOf(text, read)),
  goFrames,
];

/** What may stand between frames without being one: where a frame is, what a debugger or a report says between stacks. */
const BETWEEN =
  /^(?:at \S.{0,500}:\d{1,9}(?::\d{1,9})?|Stack trace of thread \d{1,10}:|ELF object binary architecture: .{1,60}|stack backtrace:|note: .{1,200}|\.{3}|\[\.{3}\])$/;

/**
 * A log that is nothing but a piece of one stack, cut out of a report: where it begins, nobody knows, and no signal is told. Where anything else stands
 * beside the frames, that says what they are.
 */
export const bareStack: Reader = {
  source: "stack",
  title: "a stack without what stood before it",
  rank: "report",
  // Of a log of empty lines each begins a search: none may go on into the next.
  trigger: /^(?:[^\S\n]|[*•-])*(?:@ +0x|#\d{1,4}\s|frame #\d|\d{1,4}: )|\[0x[0-9a-f]+\]\s*$|\.go:\d+ \+0x/m,
  read: (log) => {
    const whole = all(log);
    if (whole === null) return [];
    const least = whole.some(isStart) ? 1 : LEAST;
    for (const read of STACKS) {
      const frames = read(whole);
      if (frames !== null && frames.length >= least && frames.some(isCode))
        return [finding(frames, whole.length)];
    }
    return [];
  },
};

/** A list of anything is numbered as Rust's frames are: code has a place or a qualified name. */
function isCode({ frame }: Numbered): boolean {
  const { function: name, file, module, address } = frame;
  return file !== null || module !== null || address !== "0x0" || (name ?? "").includes("::");
}

/** Somebody made a list of it. */
const LISTED = /^[-*•] (?=#\d|0x)/;

/** Go's line of who started a goroutine stands behind its frames alone. */
function isStart(line: string): boolean {
  return line.startsWith("created by ");
}

/** The lines of a short log; null of one that is longer than what people cut out. */
function all(log: Log): string[] | null {
  const found: string[] = [];
  for (const line of lines(log)) {
    if (found.length >= MAX_LINES || line.length > MAX_LINE) return null;
    found.push(line.trim().replace(LISTED, ""));
  }
  return found;
}

function framesOf(text: readonly string[], read: (line: string) => Numbered | null): Numbered[] | null {
  const frames: Numbered[] = [];
  for (const line of text) {
    const frame = line === "" ? null : read(line);
    if (frame !== null) {
      const { number } = frame;
      // A second stack: the first is the one that was asked for.
      if (number !== null && number <= (frames.at(-1)?.number ?? -1)) return null;
      frames.push(frame);
    } else if (!placed(line, frames) && line !== "" && !BETWEEN.test(line)) return null;
  }
  return frames;
}

/** Rust's line of a place belongs to the frame before it. */
function placed(line: string, frames: Numbered[]): boolean {
  const place = RUST_PLACE.exec(line)?.groups;
  const last = frames.at(-1);
  if (place === undefined || last === undefined) return false;
  const frame = { ...last.frame, file: place["file"] ?? null, line: Number(place["line"]) };
  frames[frames.length - 1] = { ...last, frame };
  return true;
}

function numbered(pattern: RegExp, line: string): Numbered | null {
  const groups = pattern.exec(line)?.groups;
  return groups === undefined
    ? null
    : { number: groups["number"] === undefined ? null : Number(groups["number"]), frame: frameOf(groups) };
}

/** backtrace_symbols(3). */
function symbols(line: string): Numbered | null {
  const frame = backtraceSymbol(line);
  return frame === null ? null : { number: null, frame };
}

function sanitizers(line: string): Numbered | null {
  const found = sanitizerFrame(line);
  if (found === null || (found.file === null && found.module === null)) return null;
  const { number, function: name, file, line: at, module, offset } = found;
  return { number, frame: partialFrame({ function: name, address: "0x0", file, line: at, module, offset }) };
}

/** Go's take two lines each: the function with its arguments, and where it is. */
function goFrames(text: readonly string[]): Numbered[] | null {
  const frames: Numbered[] = [];
  const told = text.filter((line) => line !== "");
  // Cut between the two lines of a frame.
  for (let i = fileLine(told[0] ?? "") === null ? 0 : 1; i < told.length; i += 2) {
    const call = told[i] ?? "";
    if (isStart(call)) continue;
    const called = functionLine(call);
    const place = fileLine(told[i + 1] ?? "");
    if (called === null || place === null) return null;
    const { file, line } = place;
    frames.push({
      number: null,
      frame: partialFrame({ function: called.function, address: "0x0", file, line }),
    });
  }
  return frames;
}

function finding(found: readonly Numbered[], to: number): Finding {
  const first = found[0]?.number ?? 0;
  const frames = withoutHandler(found.map(({ frame }) => frame));
  const thread = partialThread({ number: 1, crashed: true, frames });
  const missing =
    first === 0 ? [] : [first === 1 ? "frame 0 is missing" : `frames 0 to ${first - 1} are missing`];
  const notes = [
    ...missing,
    "the log shows a stack alone: nobody says that it is a crash's, or of which signal",
  ];
  return { from: 0, to, outcome: crashed(null), known: { notes }, evidence: { threads: [thread] } };
}
