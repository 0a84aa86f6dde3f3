import { withoutTemplateArguments } from "../../crash/cxx-name.js";
import { tellingFrames } from "../../crash/frames/go-story.js";
import { hangStory } from "../../crash/frames/hang-story.js";
import type { Frame } from "../../crash/evidence.js";
import { clipLine } from "../../text/clip.js";
import { goCalls } from "../evidence/go.js";
import { crashedThread, endingFrames } from "../evidence/native.js";
import { count } from "../../text/count.js";
import { lastWords } from "../last-words.js";
import { counted } from "../../text/numbers.js";
import type { SameCrash } from "../../result/same-crash.js";
import { scheduleSummary, timeTable } from "../schedule.js";
import { holdSentences, holdTable } from "../hold.js";
import type { HoldRecord, ScheduleRecord } from "../../result/result.js";
import type { TerminalPage } from "./page.js";

/** Frames and Go calls that a summary shows; the rest is in the report. */
const FRAMES = 5;
const CALLS = 9;

/** What a reader must know of a weak signature. */
const WEAK = "no frame outside of libc is known: other crashes may look the same";

/** One signature: its title, how often, why, and where in C and in Go. */
export function crashLines(page: TerminalPage, crash: SameCrash): void {
  const { evidence, title } = crash.best;
  page.gap();
  page.text(`${crash.mark}  ${clipLine(title, 200)}`, 0, 3, "title");
  nameLines(page, crash);
  for (const line of lastWords(crash.best)) page.text(`| ${line}`, 3, 2);
  if (evidence.explanation) page.text(evidence.explanation.text, 3);
  for (const fact of evidence.explanation?.facts.slice(0, 3) ?? []) page.text(fact, 3);
  stackLines(page, evidence);
  goLine(page, evidence);
  orderLines(page, crash);
  for (const what of evidence.incomplete.slice(0, 3)) page.text(`Not known: ${what}`, 3, 0, "warning");
}

/** The stack that tells it. A goroutine that waits is on no thread: what the threads do is the runtime's business. */
function stackLines(page: TerminalPage, evidence: SameCrash["best"]["evidence"]): void {
  const goroutine = evidence.explanation?.kind === "hang" ? hangStory(evidence).goroutine : null;
  if (goroutine !== null) {
    const waiting = tellingFrames(goroutine.frames);
    waiting.slice(0, FRAMES).forEach(({ function: name, file, line }, i) => {
      page.text(clipLine(`#${i}  ${name}${file === null ? "" : ` at ${file}:${line ?? "?"}`}`, 200), 3, 4);
    });
    leftLine(page, waiting.length - FRAMES);
    return;
  }
  const frames = crashedThread(evidence)?.frames ?? [];
  const from = endingFrames(evidence);
  if (from > 0)
    page.text(`(#0${from > 1 ? ` to #${from - 1}` : ""}: how libc ends a process)`, 3, 0, "quiet");
  frames
    .slice(from, from + FRAMES)
    .forEach((frame, i) => page.text(clipLine(`#${from + i}  ${placed(frame)}`, 200), 3, 4));
  leftLine(page, frames.length - from - FRAMES);
}

function leftLine(page: TerminalPage, left: number): void {
  if (left > 0) page.text(`(${counted(left, "more frame")})`, 3, 0, "quiet");
}

/** The Go calls that led there; what each goroutine of a hang does is told by its explanation. */
function goLine(page: TerminalPage, { go, explanation }: SameCrash["best"]["evidence"]): void {
  const calls = go === null || explanation?.kind === "hang" ? [] : goCalls(go, CALLS);
  if (calls.length > 0) page.text(`Go: ${calls.join(" < ")}`, 3, 4);
}

function nameLines(page: TerminalPage, crash: SameCrash): void {
  const { weak } = crash.best;
  page.text(`${often(crash)}; signature ${crash.id}${weak ? ", weak" : ""}`, 3, 0);
  if (weak) page.text(WEAK, 3, 0, "quiet");
}

/** What brings it, where vivarium chose who runs when. */
function orderLines(page: TerminalPage, { best: { schedule, hold } }: SameCrash): void {
  if (schedule !== undefined) scheduleLines(page, schedule);
  if (hold !== undefined) holdLines(page, hold);
}

function scheduleLines(page: TerminalPage, schedule: ScheduleRecord): void {
  page.gap();
  page.text(scheduleSummary(schedule), 3);
  storyLines(page, schedule.story);
  const table = timeTable(schedule);
  if (table !== null) page.columns(table.titles, table.rows, 3);
  page.gap();
}

/** Sentences that are shown of a story: the first ones, and always the last, which say what came of it. */
const BEGINNING = 12;
const END = 8;

function storyLines(page: TerminalPage, story: readonly string[]): void {
  const end = Math.max(BEGINNING, story.length - END);
  const show = (from: number, to?: number): void =>
    story.slice(from, to).forEach((sentence, i) => page.text(`${from + i + 1}. ${sentence}`, 3, 3));
  show(0, BEGINNING);
  if (end > BEGINNING)
    page.text(`(${counted(end - BEGINNING, "more step")}, which report.md has)`, 3, 3, "quiet");
  show(end);
}

function holdLines(page: TerminalPage, hold: HoldRecord): void {
  page.gap();
  for (const sentence of holdSentences(hold)) page.text(sentence, 3);
  for (const sentence of hold.story.slice(0, 6)) page.text(sentence, 3);
  const { titles, rows } = holdTable(hold);
  page.columns(titles, rows, 3);
  page.gap();
}

function often({ count: times, attempts }: SameCrash): string {
  return times === 0
    ? "in gdb's own runs alone, in none of the attempts"
    : `${count(times)} of ${counted(attempts, "attempt")}`;
}

function placed({ function: name, file, line, module, address, trusted }: Frame): string {
  const doubt = trusted ? "" : " (may be made up)";
  // A call of a null or wild pointer: gdb has an address and nothing else.
  if (name === null && file === null && module === null) return `?? at ${address}, in no code${doubt}`;
  const place = file === null ? ` from ${module ?? "no file"}` : ` at ${file}:${line ?? "?"}`;
  return `${name === null ? "??" : withoutTemplateArguments(name, "<…>")}${place}${doubt}`;
}
