import { cellOf } from "./cell.js";
import { clipLine } from "../text/clip.js";
import { comparisonGroups } from "../result/comparison-group.js";
import { count } from "../text/count.js";
import { counted, interval, listed, percent } from "../text/numbers.js";
import type { EnvironmentRecord, Result } from "../result/result.js";
import { howOften, infraGroups } from "./infra-groups.js";
import { marks, sameCrashes, type SameCrash } from "../result/same-crash.js";
import { sentenceText } from "./sentence.js";
import { crashLines } from "./terminal/crash.js";
import { ROLES } from "./terminal/grid.js";
import { TerminalPage, type TerminalOptions } from "./terminal/page.js";
import type { TableCell } from "./terminal/table.js";
import { unbuilt } from "./unbuilt.js";
import { uncounted } from "./uncounted.js";

/** Signatures that are shown in full; the rest is a line each. */
const MAX_SHOWN = 4;
const MAX_NAMED = 20;

function environmentRow(
  environment: EnvironmentRecord,
  others: readonly ("exit" | "timeout")[],
  signatures: ReadonlyMap<string, string>,
): TableCell[] {
  const { attempts, outcomes, rate } = environment;
  const cell = cellOf(environment, signatures);
  const role = ROLES[cell.tone] ?? "quiet";
  return [
    { text: clipLine(environment.id, 120) },
    { text: count(attempts) },
    { text: count(outcomes.crash), ...(outcomes.crash > 0 ? { role: "crash" as const } : {}) },
    ...others.map((outcome) => ({ text: count(outcomes[outcome]) })),
    { text: rate === null ? "–" : percent(rate.estimate), role },
    { text: rate === null ? "–" : interval(rate.low, rate.high) },
    { text: cell.marks || (cell.tone === "clean" ? "clean" : cell.text), role },
  ];
}

function expectationLines(page: TerminalPage, result: Result): void {
  const expected = result.environments.filter(({ expectation }) => expectation !== null);
  if (expected.length === 0) return;
  const missed = expected.filter(({ expectation }) => expectation?.met === false);
  const open = expected.filter(({ expectation }) => expectation?.met === null);
  const met = expected.length - missed.length - open.length;
  page.gap();
  if (met > 0 && missed.length === 0) {
    const only = expected.length === 1 ? expected[0] : undefined;
    const which = only
      ? clipLine(only.id, 120)
      : `${met}${open.length > 0 ? ` of ${expected.length}` : ""} environments`;
    page.text(`As expected: ${which}.`, 0, 0, "good");
  }
  for (const { id, expectation } of open.slice(0, 10)) {
    page.text(`Not settled: ${clipLine(id, 120)}: ${expectation?.why ?? ""}`, 0, 2, "warning");
  }
  for (const { id, expectation } of missed.slice(0, 10)) {
    page.text(`Not as expected: ${clipLine(id, 120)}: ${expectation?.why ?? ""}`, 0, 2, "crash");
  }
  if (missed.length > 10) page.text(`(${missed.length - 10} more not as expected)`, 0, 0, "crash");
}

/** The summary of a campaign: no line longer than the terminal, and nothing said by colour alone. */
export function terminal(result: Result, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  const crashes = sameCrashes(result);
  const signatures = marks(crashes);
  page.text(sentenceText(result), 0, 0, "title");
  environmentTable(page, result, signatures);
  if (page.grid(result, signatures)) page.text("The same letter is the same crash.", 0, 0, "quiet");
  crashSection(page, crashes);
  if (result.decides.length > 0) page.title("What decides");
  for (const sentence of result.decides) page.text(sentence, 2);
  comparisonLines(page, result);
  expectationLines(page, result);
  unbuiltLines(page, result);
  doubtLines(page, result);
  reportLines(page, options.reports ?? []);
  return page.toString();
}

function environmentTable(
  page: TerminalPage,
  { environments }: Result,
  signatures: ReadonlyMap<string, string>,
): void {
  const confidence = environments.find(({ rate }) => rate !== null)?.rate?.confidence ?? 0.95;
  const others = (["exit", "timeout"] as const).filter((outcome) =>
    environments.some(({ outcomes }) => outcomes[outcome] > 0),
  );
  page.table(
    [
      { title: "environment", shrinks: true },
      { title: "attempts", align: "right" },
      { title: "crashes", align: "right" },
      ...others.map((outcome) => ({ title: `${outcome}s`, align: "right" as const })),
      { title: "rate", align: "right" },
      { title: `[${percent(confidence)} interval]` },
      { title: "signature", shrinks: true },
    ],
    environments.map((environment) => environmentRow(environment, others, signatures)),
  );
}

function crashSection(page: TerminalPage, crashes: readonly SameCrash[]): void {
  for (const crash of crashes.slice(0, MAX_SHOWN)) crashLines(page, crash);
  const rest = crashes.slice(MAX_SHOWN);
  if (rest.length === 0) return;
  page.gap();
  for (const { mark, best, count: times } of rest.slice(0, MAX_NAMED)) {
    page.text(`${mark}  ${clipLine(best.title, 200)}: ${counted(times, "attempt")}`, 0, 3);
  }
  if (rest.length > MAX_NAMED) page.text(`(${rest.length - MAX_NAMED} more signatures)`, 0, 0, "quiet");
}

function comparisonLines(page: TerminalPage, result: Result): void {
  for (const [i, { first, environments, verdict }] of comparisonGroups(result).slice(0, 20).entries()) {
    if (i === 0) page.title(`Compared with ${clipLine(first.a, 60)}`);
    const against = i > 0 && first.a !== result.comparisons[0]?.a ? ` against ${clipLine(first.a, 60)}` : "";
    const names = environments.slice(0, 6).map((name) => clipLine(name, 60));
    const more = environments.length > 6 ? [`${environments.length - 6} more`] : [];
    const text = `${listed([...names, ...more])}${against}: ${verdict}`;
    page.text(text, 2, 2, first.differs ? "warning" : undefined);
  }
}

/** Programs that are not there, each with what its build said. */
function unbuiltLines(page: TerminalPage, result: Result): void {
  for (const [i, { environments, why, said, remedy }] of unbuilt(result).slice(0, 5).entries()) {
    if (i === 0) page.title("Could not be built");
    page.text(`${listed(environments.map((name) => clipLine(name, 60)))}: ${why}`, 2, 2, "warning");
    page.code(said, 4);
    if (remedy !== null) for (const line of remedy.split("\n")) page.text(line, 4);
  }
}

/** What a reader must know before believing the rest. */
function doubtLines(page: TerminalPage, result: Result): void {
  const { warnings, infra, complete } = result;
  const other = uncounted(result);
  if (warnings.length + infra.length > 0 || !complete || other !== null) page.gap();
  if (other !== null) page.text(other, 0, 2, "warning");
  if (!complete) page.text("Incomplete: it ended before its stop rule was met everywhere.", 0, 0, "warning");
  for (const warning of warnings.slice(0, 10)) page.text(warning, 0, 2, "warning");
  const groups = infraGroups(result);
  for (const group of groups.slice(0, 5)) {
    const place = `${clipLine(group.where, 60)}${howOften(group)}`;
    page.text(`Infrastructure, not counted: ${place}: ${group.message}`, 0, 2, "warning");
  }
  const more = groups.slice(5).reduce((sum, { times }) => sum + times, 0);
  if (more > 0) page.text(`(${more} more, not counted either)`, 0, 0, "warning");
}

function reportLines(page: TerminalPage, reports: readonly string[]): void {
  if (reports.length > 0) page.gap();
  for (const report of reports) page.text(`Report: ${report}`);
}
