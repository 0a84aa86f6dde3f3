import { goLines } from "../evidence/go.js";
import {
  backtrace,
  crashedThread,
  isOfRegisters,
  disassemblyLines,
  moment,
  registerLines,
  siginfoLine,
  threadLine,
} from "../evidence/native.js";
import { tailLines } from "../../text/clip.js";
import { count } from "../../text/count.js";
import { counted, percent } from "../../text/numbers.js";
import { code, say, technical, together, type Phrase } from "../../text/phrase.js";
import { holdSentences, holdTable } from "../hold.js";
import { scheduleSummary, timeTable } from "../schedule.js";
import { table } from "./table.js";
import type { SameCrash } from "../../result/same-crash.js";
import { lastWords } from "../last-words.js";
import { fence } from "./fence.js";
import { bullets, folded, heading, type Page } from "./page.js";
import { inline } from "./inline.js";

/** Blocks of lines with a title each, as in a session of gdb. */
function session(parts: readonly [command: string, lines: readonly string[]][]): string[] {
  return parts
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([command, lines], i) => [
      ...(i === 0 ? [] : [""]),
      ...(command === "" ? [] : [`(gdb) ${command}`]),
      ...lines,
    ]);
}

function nativeBlocks(page: Page, crash: SameCrash): string[] {
  const { evidence } = crash.best;
  const { detail } = page;
  const crashed = crashedThread(evidence);
  const others = evidence.threads.filter((thread) => thread !== crashed);
  const shown = others.slice(0, detail.threads);
  const own = isOfRegisters(crashed, evidence);
  const lines = session([
    ["p $_siginfo", evidence.siginfo ? [siginfoLine(evidence.siginfo)] : []],
    ["backtrace", crashed ? [threadLine(crashed), ...backtrace(crashed, detail.frames)] : []],
    ["info registers", detail.registers && own ? registerLines(evidence.registers) : []],
    ["x/i $pc", own ? disassemblyLines(evidence.disassembly, detail.instructions) : []],
    [
      "thread apply all backtrace",
      shown.flatMap((thread) => [threadLine(thread), ...backtrace(thread, Math.min(8, detail.frames))]),
    ],
    ["", others.length > shown.length ? [`(${others.length - shown.length} more threads)`] : []],
  ]);
  if (lines.length === 0 || (evidence.siginfo === null && crashed === undefined)) return [];
  return folded(page, say`At the ${moment(crash.best)}, in gdb, on ${code(crash.from.id)}`, [fence(lines)]);
}

function goBlocks(page: Page, crash: SameCrash): string[] {
  const { go } = crash.best.evidence;
  if (go === null) return [];
  const { frames, goroutines } = page.detail;
  return folded(page, say`Go's own trace`, [fence(goLines(go, { frames, others: goroutines }))]);
}

function outputBlocks(page: Page, crash: SameCrash): string[] {
  const { output, go } = crash.best.evidence;
  // Where nothing folds, Go's trace is not shown a second time.
  if (output === null || (go !== null && !page.dialect.folds)) return [];
  return (["stdout", "stderr"] as const).flatMap((stream) => {
    const lines = tailLines(output[stream], page.detail.outputLines);
    return lines.length === 0
      ? []
      : folded(page, say`The program's ${code(stream)}, its end`, [fence(lines)]);
  });
}

/** Where it was seen, each environment with its count. */
function seen(crash: SameCrash): Phrase {
  const places = crash.seen.map(({ environment, signature }): Phrase => {
    const share = environment.attempts > 0 ? ` (${percent(signature.count / environment.attempts)})` : "";
    return say`${code(environment.id)}: ${counted(signature.count, "attempt")}${share}`;
  });
  return say`Seen on ${places.flatMap((place, i) => (i === 0 ? place : ["; ", ...place]))}.`;
}

const WEAK = ", weak: no frame outside of libc is known, so that other crashes may look the same";

/** One signature: what it is, why, where it was seen, and the evidence behind folds. */
export function crashSection(page: Page, crash: SameCrash): string[] {
  const { evidence, countBasis, weak } = crash.best;
  const { explanation, captures } = evidence;
  const words = page.detail.outputLines === 0 ? [] : lastWords(crash.best);
  const basis = countBasis === "observed" ? [] : say`Counted so: ${countBasis}.`;
  const capture =
    captures.tried === 0
      ? []
      : say`gdb reproduced it in ${count(captures.met)} of ${count(captures.tried)} runs.`;
  return [
    heading(page, say`${crash.mark}: ${code(crash.best.title)}`),
    ...(explanation === null ? [] : [inline(technical(explanation.text), page.detail)]),
    ...bullets(page, (explanation?.facts ?? []).map(technical)),
    ...(words.length === 0 ? [] : [fence(words)]),
    inline(
      together(seen(crash), basis, capture, say`Signature ${code(crash.id)}${weak ? WEAK : ""}.`),
      page.detail,
    ),
    ...scheduleBlocks(page, crash),
    ...holdBlocks(page, crash),
    ...nativeBlocks(page, crash),
    ...goBlocks(page, crash),
    ...outputBlocks(page, crash),
  ];
}

/** The schedule that it comes of: in words, and as a table of threads over time. */
function scheduleBlocks(page: Page, { best: { schedule } }: SameCrash): string[] {
  if (schedule === undefined) return [];
  const times = timeTable(schedule);
  return [
    inline(technical(scheduleSummary(schedule)), page.detail),
    ...bullets(page, schedule.story.map(technical)),
    ...(times === null
      ? []
      : [
          table(
            times.titles.map((title) => ({ title: [title] })),
            times.rows.map((row) => row.map(technical)),
            page.detail,
          ),
        ]),
  ];
}

/** Where holding a thread brings it: in words, and beside its controls. */
function holdBlocks(page: Page, { best: { hold } }: SameCrash): string[] {
  if (hold === undefined) return [];
  const { titles, rows } = holdTable(hold);
  return [
    ...holdSentences(hold).map((sentence) => inline(technical(sentence), page.detail)),
    ...bullets(page, hold.story.map(technical)),
    table(
      titles.map((title) => ({ title: [title] })),
      rows.map((row) => row.map(technical)),
      page.detail,
    ),
  ];
}

/** Signatures for which there is no room, each in a line. */
export function crashList(page: Page, crashes: readonly SameCrash[]): string[] {
  return bullets(
    page,
    crashes.map(
      (crash) => say`${crash.mark}: ${code(crash.best.title)}: ${counted(crash.count, "attempt")}.`,
    ),
  );
}
