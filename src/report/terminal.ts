import { cellOf } from "./cell.js";
import { clipLine } from "../text/clip.js";
import { comparisonGroups } from "../result/comparison-group.js";
import { count } from "../text/count.js";
import { counted, interval, listed, percent } from "../text/numbers.js";
import type { EnvironmentRecord, Result } from "../result/result.js";
import { marks, sameCrashes } from "../result/same-crash.js";
import { sentenceText } from "./sentence.js";
import { crashLines } from "./terminal/crash.js";
import { ROLES } from "./terminal/grid.js";
import { TerminalPage, type TerminalOptions } from "./terminal/page.js";
import type { TableCell } from "./terminal/table.js";
import { uncounted } from "./uncounted.js";

/** Signatures that are told in full; the rest is a line each. */
const TOLD = 4;

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
  const confidence = result.environments.find(({ rate }) => rate !== null)?.rate?.confidence ?? 0.95;
  const others = (["exit", "timeout"] as const).filter((outcome) =>
    result.environments.some(({ outcomes }) => outcomes[outcome] > 0),
  );
  page.text(sentenceText(result), 0, 0, "title");
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
    result.environments.map((environment) => environmentRow(environment, others, signatures)),
  );
  if (page.grid(result, signatures)) page.text("The same letter is the same crash.", 0, 0, "quiet");
  for (const crash of crashes.slice(0, TOLD)) crashLines(page, crash);
  if (crashes.length > TOLD) {
    page.gap();
    const rest = crashes.slice(TOLD);
    for (const { mark, best, count: times } of rest.slice(0, 20)) {
      page.text(`${mark}  ${clipLine(best.title, 200)}: ${counted(times, "attempt")}`, 0, 3);
    }
    if (rest.length > 20) page.text(`(${rest.length - 20} more signatures)`, 0, 0, "quiet");
  }
  if (result.decides.length > 0) page.title("What decides");
  for (const sentence of result.decides) page.text(sentence, 2);
  for (const [i, { first, environments, verdict }] of comparisonGroups(result).slice(0, 20).entries()) {
    if (i === 0) page.title(`Compared with ${clipLine(first.a, 60)}`);
    const against = i > 0 && first.a !== result.comparisons[0]?.a ? ` against ${clipLine(first.a, 60)}` : "";
    const names = environments.slice(0, 6).map((name) => clipLine(name, 60));
    const more = environments.length > 6 ? [`${environments.length - 6} more`] : [];
    page.text(
      `${listed([...names, ...more])}${against}: ${verdict}`,
      2,
      2,
      first.differs ? "warning" : undefined,
    );
  }
  expectationLines(page, result);
  const other = uncounted(result);
  if (result.warnings.length + result.infra.length > 0 || !result.complete || other !== null) page.gap();
  if (other !== null) page.text(other, 0, 2, "warning");
  if (!result.complete)
    page.text("Incomplete: it ended before its stop rule was met everywhere.", 0, 0, "warning");
  for (const warning of result.warnings.slice(0, 10)) page.text(warning, 0, 2, "warning");
  for (const { where, attempt, message } of result.infra.slice(0, 5)) {
    const which = attempt === null ? "" : `, attempt ${attempt}`;
    page.text(`Infrastructure, not counted: ${clipLine(where, 60)}${which}: ${message}`, 0, 2, "warning");
  }
  if (result.infra.length > 5)
    page.text(`(${result.infra.length - 5} more, not counted either)`, 0, 0, "warning");
  const reports = options.reports ?? [];
  if (reports.length > 0) {
    page.gap();
    for (const report of reports) page.text(`Report: ${report}`);
  }
  return page.toString();
}
