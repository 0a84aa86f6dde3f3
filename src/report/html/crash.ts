import type { Evidence } from "../../crash/evidence.js";
import { clipLine, tailLines } from "../../text/clip.js";
import { goLines } from "../evidence/go.js";
import {
  backtrace,
  crashedThread,
  endingFrames,
  disassemblyLines,
  moment,
  registerLines,
  siginfoLine,
  threadLine,
} from "../evidence/native.js";
import { count } from "../../text/count.js";
import { counted, percent } from "../../text/numbers.js";
import { technical } from "../../text/phrase.js";
import type { SignatureRecord } from "../../result/result.js";
import { holdSentences, holdTable } from "../hold.js";
import { scheduleSummary, timeTable } from "../schedule.js";
import type { SameCrash } from "../../result/same-crash.js";
import { lastWords } from "../last-words.js";
import { codeOf, html, phrase, type Markup } from "./markup.js";
import { badge, fold, lines, list, section } from "./parts.js";
import { table } from "./table.js";

/** Bounds of one signature's evidence; all of it is in result.json. */
const FRAMES = 60;
const THREADS = 16;
const GOROUTINES = 24;
const OUTPUT_LINES = 200;
/** Signatures that are shown with their evidence. */
const SHOWN = 16;

function seen(crash: SameCrash): Markup {
  return table<SameCrash["seen"][number]>(
    `Where signature ${crash.mark} was seen`,
    [
      { title: "seen on", cell: ({ environment }) => codeOf(environment.id) },
      {
        title: "attempts",
        number: true,
        cell: ({ environment, signature }) => `${count(signature.count)} of ${count(environment.attempts)}`,
      },
      {
        title: "share",
        number: true,
        cell: ({ environment, signature }) => percent(signature.count / Math.max(1, environment.attempts)),
      },
      { title: "innermost frame", cell: ({ signature }) => innermost(signature.evidence) },
    ],
    crash.seen,
  );
}

function innermost(evidence: Evidence): Markup {
  const from = endingFrames(evidence);
  const frames = crashedThread(evidence)?.frames.slice(from) ?? [];
  // What gave up is often a library without sources; then who called it.
  const frame = from > 0 ? frames.find(({ file }) => file !== null) : frames[0];
  if (frame?.file == null) return html`<span class="quiet">–</span>`;
  return codeOf(clipLine(`${frame.file}:${frame.line ?? "?"}`, 120));
}

function disassembly(evidence: Evidence): Markup | null {
  const shown = disassemblyLines(evidence.disassembly, 16).map((line) =>
    line.startsWith("=>") ? html`<mark>${line}</mark>` : line,
  );
  const block = lines("Disassembly", shown);
  return block && fold("Disassembly around it", block);
}

function native(signature: SignatureRecord): (Markup | null)[] {
  const { evidence } = signature;
  const crashed = crashedThread(evidence);
  const others = evidence.threads.filter((thread) => thread !== crashed);
  const registers = lines("Registers", registerLines(evidence.registers));
  const threads = others
    .slice(0, THREADS)
    .flatMap((thread, i) => [...(i === 0 ? [] : [""]), threadLine(thread), ...backtrace(thread, 12)]);
  const left = others.length - THREADS;
  const loaded = evidence.libraries.slice(0, 40).map((library) => {
    const by = library.loadedBy === null ? "" : `, loaded by thread ${library.loadedBy}`;
    return clipLine(
      `${library.path}  ${library.package ?? "of no package"}  build id ${library.buildId ?? "unknown"}${by}`,
    );
  });
  return [
    crashed
      ? fold(
          `Native backtrace, at the ${moment(signature)}`,
          lines("Native backtrace", [
            ...(evidence.siginfo ? [siginfoLine(evidence.siginfo), ""] : []),
            threadLine(crashed),
            ...backtrace(crashed, FRAMES),
          ]),
        )
      : null,
    disassembly(evidence),
    registers && fold("Registers", registers),
    threads.length === 0
      ? null
      : fold(
          `Other threads (${others.length})`,
          lines("Other threads", [...threads, ...(left > 0 ? [`(${left} more threads)`] : [])]),
        ),
    loaded.length === 0 ? null : fold("Libraries", lines("Libraries", loaded)),
  ];
}

function own(evidence: Evidence): (Markup | null)[] {
  const { go, output } = evidence;
  const streams = (["stdout", "stderr"] as const).map((stream) => {
    const text = tailLines(output?.[stream] ?? "", OUTPUT_LINES);
    return text.length === 0 ? null : fold(html`The end of <code>${stream}</code>`, lines(stream, text));
  });
  return [
    go === null
      ? null
      : fold("Go’s own trace", lines("Go’s own trace", goLines(go, { frames: FRAMES, others: GOROUTINES }))),
    ...streams,
  ];
}

/** The schedule that it comes of: in words, and as a table of threads over time. */
function scheduled({ schedule }: SignatureRecord): Markup | null {
  if (schedule === undefined) return null;
  const times = timeTable(schedule);
  const columns = (times?.titles ?? []).map((title, i) => ({
    title,
    cell: (row: readonly string[]) => row[i] ?? "",
  }));
  return html`<p>${phrase(technical(scheduleSummary(schedule)))}</p>
    ${list(schedule.story.map(technical))}${times === null ? null : table("Threads over time", columns, times.rows)}`;
}

/** Where holding a thread brings it: in words, and beside its controls. */
function held({ hold }: SignatureRecord): Markup | null {
  if (hold === undefined) return null;
  const { titles, rows } = holdTable(hold);
  const columns = titles.map((title, i) => ({ title, cell: (row: readonly string[]) => row[i] ?? "" }));
  return html`${list([...holdSentences(hold), ...hold.story].map(technical))}${table("The hold and its controls", columns, rows)}`;
}

function card(crash: SameCrash): Markup {
  const { best, from } = crash;
  const { evidence, countBasis, weak } = best;
  const { explanation, captures } = evidence;
  const facts = [
    `signature ${crash.id}${weak ? ", weak: no frame outside of libc is known, so that other crashes may look the same" : ""}`,
    ...(countBasis === "observed" ? [] : [`counted so: ${countBasis}`]),
    ...(captures.tried === 0
      ? []
      : [`gdb reproduced it in ${count(captures.met)} of ${count(captures.tried)} runs`]),
    `evidence from ${from.id}`,
  ];
  return html`<article class="crash" id="crash-${crash.mark}" aria-labelledby="crash-${crash.mark}-title">
    <h3 id="crash-${crash.mark}-title">${badge(crash.mark, false)} ${clipLine(best.title, 300)}</h3>
    ${explanation ? html`<p class="why">${phrase(technical(explanation.text))}</p>` : null}${list((explanation?.facts ?? []).map(technical))}${lines("Last words", lastWords(best))}${seen(crash)}${scheduled(best)}${held(best)}
    <div class="folds">${[...native(best), ...own(evidence)]}</div>
    ${list(evidence.incomplete.slice(0, 20).map((what) => ["Not known: ", ...technical(what)]))}
    <p class="note">${facts.map((fact) => clipLine(fact, 200)).join(" · ")}</p>
  </article>`;
}

/** Each signature with its evidence, folded; the rarest only by name where there are many. */
export function crashSection(crashes: readonly SameCrash[]): Markup | null {
  if (crashes.length === 0) return null;
  const rest = crashes
    .slice(SHOWN)
    .map(
      (crash) =>
        html`<li id="crash-${crash.mark}">
          ${badge(crash.mark, false)} ${clipLine(crash.best.title, 300)}: ${counted(crash.count, "attempt")}
        </li>`,
    );
  return section(
    "signatures",
    crashes.length === 1 ? "The crash" : "Signatures",
    ...crashes.slice(0, SHOWN).map(card),
    rest.length === 0
      ? null
      : html`<ul class="rest">
          ${rest}
        </ul>`,
  );
}
