import { plain } from "../../../text/printable.js";
import { blockOf } from "./block.js";
import { BuildEcho } from "./build-echo.js";
import { decode } from "./decode.js";
import { inEnglish } from "./in-english.js";
import { learnedPrefix, learnPrefixes, LEAST, type LearnedPrefix } from "./learned-prefix.js";
import { LogText, MAX_LINE } from "./log-text.js";
import { withoutMarkup } from "./markup.js";
import { knownPrefix, type Prefix } from "./prefix.js";
import { recordText } from "./record-line.js";
import { Stream, StreamDraft } from "./stream.js";

/** But a record of JSON holds a whole trace. */
const MAX_RECORD = 256 * 1024;
const MAX_STREAMS = 64;
const MAX_LAYERS = 4;

/** A byte-order mark before a line: GitHub's logs are files that were put one behind the other. */
const MARKS = /^\ufeff/gm;

/** A log's lines as text, before anything is taken off them: decoded, without escape sequences. */
export function plainText(input: string | Uint8Array): LogText {
  return new LogText(Array.from(decode(input), plainPiece));
}

function plainPiece(text: string): string {
  return plain(overwritten(text).replace(MARKS, "").replaceAll("\u00a0", " "));
}

/** A progress bar goes back to the line's start: what a terminal shows in the end is what came last. Linear. */
function overwritten(text: string): string {
  if (!text.includes("\r")) return text;
  const kept: string[] = [];
  let start = 0;
  let line = 0;
  let looked = 0;
  for (let at = text.indexOf("\r"); at !== -1; at = text.indexOf("\r", looked)) {
    const newline = text.slice(looked, at).lastIndexOf("\n");
    if (newline !== -1) line = looked + newline + 1;
    let end = at;
    while (text[end] === "\r") end++;
    const ends = end >= text.length || text[end] === "\n";
    if (start < (ends ? at : line)) kept.push(text.slice(start, ends ? at : line));
    start = looked = end;
  }
  return kept.join("") + text.slice(start);
}

/**
 * What one line of a log says without its wrapping: known prefixes, records of JSON and logfmt, markup, in any order and one within the
 * other. Several lines where a record holds several.
 */
export function unwrapLine(line: string): Unwrapped {
  return unwrapWith(line, knownPrefix);
}

interface Unwrapped {
  readonly lines: readonly string[];
  readonly service: string;
}

/** What was learned stands behind all that is known, and what is known may stand behind it once more. */
function unwrapInner(line: string, prefixes: readonly LearnedPrefix[]): Unwrapped {
  const known = unwrapLine(line);
  let { service } = known;
  const lines = known.lines.flatMap((text) => {
    const learned = learnedPrefix(text, prefixes);
    if (learned === null) return [text];
    const rest = unwrapLine(learned.indent + text.slice(learned.length));
    if (rest.service !== "") service = rest.service;
    return rest.lines;
  });
  return { lines, service };
}

function unwrapWith(line: string, prefixOf: (line: string, layer: number) => Prefix): Unwrapped {
  let rest = /[<&>]/.test(line) ? withoutMarkup(line) : line;
  let service = "";
  for (let i = 0; i < MAX_LAYERS; i++) {
    const prefix = prefixOf(rest, i);
    if (prefix.length > 0) rest = prefix.indent + rest.slice(prefix.length);
    if (prefix.service !== "") service = prefix.service;
    const record =
      !rest.includes('"') && !rest.includes("\\")
        ? null
        : (recordText(rest)?.map((text) => (text.includes("\u001b") ? plain(text) : text)) ?? null);
    if (record === null) {
      // What was learned stands behind what is known.
      if (i === 0 && prefixOf !== knownPrefix) continue;
      break;
    }
    if (record.length > 1) return { lines: record.map((text) => clean(inner(text))), service };
    rest = record[0] ?? "";
  }
  return { lines: [clean(rest)], service };
}

/** A line of a record of several may have a prefix of its own, and is no record. */
function inner(line: string): string {
  const { length, indent } = knownPrefix(line);
  return length === 0 ? line : indent + line.slice(length);
}

const MARKUP = /[<&\\[]|\]\]>/;

function clean(line: string): string {
  const text = line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line;
  return inEnglish(MARKUP.test(text) ? withoutMarkup(text) : text);
}

/** A log, told apart by the services that wrote it, without its wrapping. */
export function unwrap(text: LogText): Stream[] {
  return streamsOf(text, unwrapLine);
}

/**
 * The same, where the lines share prefixes that no form knows: before what is known (`outer`), or behind it, as where a CI system's times
 * stand before a test runner's numbers. One answer after the other, as it is asked for; none where they share none.
 */
export function* unwrapLearned(text: LogText, where: "outer" | "inner" = "outer"): Generator<Learned> {
  const sample = sampleOf(text);
  const bare = where === "outer" ? sample : sample.map((line) => unwrapLine(line).lines[0] ?? "");
  if (where === "inner" && bare.every((line, i) => line === sample[i])) return;
  const some = spread(bare.filter((line) => line.trim() !== ""));
  const isLong = sample.length > SMALL;
  let first = true;
  for (const prefixes of isLong ? likeliest(learnPrefixes(bare), some) : learnPrefixes(bare)) {
    const again = !first && where === "outer" && isKnown(some, prefixes);
    first = false;
    if (again) continue;
    const streams =
      where === "outer"
        ? streamsOf(text, (line) =>
            unwrapWith(line, (rest, layer) =>
              layer === 0 ? (learnedPrefix(rest, prefixes) ?? NONE) : knownPrefix(rest),
            ),
          )
        : streamsOf(text, (line) => unwrapInner(line, prefixes));
    yield { streams, isCertain: isOnAll(some, prefixes) };
  }
}

/**
 * The same, where two such prefixes stand one behind the other, the first before nearly all lines: a test runner's, and that of who shows its
 * output. Tried where one alone shows nothing more.
 */
export function* unwrapTwice(text: LogText): Generator<Learned> {
  const sample = sampleOf(text);
  const some = spread(sample.filter((line) => line.trim() !== ""));
  if (some.length < LEAST) return;
  for (const outer of learnPrefixes(sample)) {
    if (!isBeforeAll(some, outer)) continue;
    const bare = (line: string): string => line.slice(learnedPrefix(line, outer)?.length ?? 0);
    const within = sample.map((line) => unwrapLine(bare(line)).lines[0] ?? "");
    for (const inner of likeliest(learnPrefixes(within), within)) {
      const streams = streamsOf(text, (line) => unwrapInner(bare(line), inner));
      yield { streams, isCertain: false };
    }
  }
}

/** Some of the lines, from all parts of them. */
function spread(lines: readonly string[]): string[] {
  const step = Math.max(1, Math.ceil(lines.length / SMALL));
  return lines.filter((_, i) => i % step === 0);
}

/** Of a long log one answer has to do: one that is certain, else the longest, which a line that comes again and again makes too long. */
function likeliest(
  answers: Iterable<readonly LearnedPrefix[]>,
  lines: readonly string[],
): (readonly LearnedPrefix[])[] {
  const all = [...answers];
  return [all.find((prefixes) => isOnAll(lines, prefixes)) ?? all[0]].filter((one) => one !== undefined);
}

/** A log without what its lines share. */
export interface Learned {
  readonly streams: Stream[];
  /** Nearly all lines of a log that is not short begin so: what is left of them is the log. */
  readonly isCertain: boolean;
}

/** Whether one prefix stands before nearly all lines, of which there are many: no program writes so by itself. */
function isOnAll(lines: readonly string[], prefixes: readonly LearnedPrefix[]): boolean {
  return lines.length >= MANY && isBeforeAll(lines, prefixes);
}

function isBeforeAll(lines: readonly string[], prefixes: readonly LearnedPrefix[]): boolean {
  if (prefixes.length > 1) return false;
  const begun = lines.filter((line) => learnedPrefix(line, prefixes) !== null);
  return begun.length >= NEARLY_ALL * lines.length;
}

/** Whether what is known takes as much off most lines: a shorter answer ends within it. */
function isKnown(lines: readonly string[], prefixes: readonly LearnedPrefix[]): boolean {
  const known = lines.filter(
    (line) => knownPrefix(line).length >= (learnedPrefix(line, prefixes)?.length ?? 0),
  );
  return known.length > lines.length / 2;
}

const NONE: Prefix = { length: 0, service: "", indent: "" };
const SAMPLED = 20_000;
const SMALL = 1000;
const MANY = 100;
const NEARLY_ALL = 0.98;

function sampleOf(text: LogText): string[] {
  const lines: string[] = [];
  const block = blockOf(text);
  for (const line of text.lines(512)) {
    lines.push(lines.length === block.head ? line.slice(block.mark) : line.slice(block.indent));
    if (lines.length >= SAMPLED) break;
  }
  return lines;
}

function streamsOf(text: LogText, unwrapOne: (line: string) => Unwrapped): Stream[] {
  const drafts = new Map<string, StreamDraft>();
  const block = blockOf(text);
  const echo = new BuildEcho();
  let current = "";
  let at = 0;
  for (const line of text.lines(MAX_RECORD)) {
    if (line === "" || echo.has(line)) {
      (drafts.get(current) ?? newDraft(drafts, current)).add("", at++);
      continue;
    }
    const bare = line.slice(at === block.head ? block.mark : block.indent);
    const { lines, service } = unwrapOne(bare);
    // A line without a name goes on where the last one with a name was: the journal indents what follows.
    if (service !== "") current = drafts.has(service) || drafts.size < MAX_STREAMS ? service : "";
    const draft = drafts.get(current) ?? newDraft(drafts, current);
    for (const text of lines) draft.add(text, at);
    at++;
  }
  return Array.from(drafts, ([service, draft]) => new Stream(draft, service));
}

function newDraft(drafts: Map<string, StreamDraft>, service: string): StreamDraft {
  const draft = new StreamDraft();
  drafts.set(service, draft);
  return draft;
}
