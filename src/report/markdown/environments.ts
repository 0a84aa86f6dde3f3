import { cellOf, noVerdict } from "../cell.js";
import { gridOf } from "../grid.js";
import { count } from "../../text/count.js";
import { interval, percent, points, pValue } from "../../text/numbers.js";
import { comparisonGroups } from "../../result/comparison-group.js";
import { code, codes, say, technical, type Phrase } from "../../text/phrase.js";
import type { EnvironmentRecord } from "../../result/result.js";
import { bullets, heading, type Page } from "./page.js";
import { table, type Column } from "./table.js";

/** Environments of one group of comparisons that are named. */
const NAMED = 12;

function remaining(shown: number, all: number, noun: string): string[] {
  return all > shown ? [`… and ${all - shown} more ${noun}.`] : [];
}

/** Rate and interval as one piece that trackers keep together. */
function rate({ rate }: EnvironmentRecord): Phrase {
  return rate === null
    ? ["none counted"]
    : [`${percent(rate.estimate)} `, code(interval(rate.low, rate.high))];
}

/** One row per environment: attempts, how they ended, the rate of what is counted, the marks of its signatures. */
export function environmentTable(page: Page): string[] {
  const { environments } = page.result;
  const rates = environments.flatMap(({ rate }) => rate ?? []);
  const [first] = rates;
  const has = (outcome: "crash" | "exit" | "timeout") =>
    environments.some(({ outcomes }) => outcomes[outcome] > 0);
  const expected = environments.some(({ expectation }) => expectation !== null);
  const columns: [Column, (environment: EnvironmentRecord) => Phrase][] = [
    [{ title: ["environment"] }, ({ id }) => [code(id)]],
    [{ title: ["attempts"], align: "right" }, ({ attempts }) => [count(attempts)]],
    [{ title: ["crashes"], align: "right" }, ({ outcomes }) => [count(outcomes.crash)]],
  ];
  if (has("exit"))
    columns.push([{ title: ["exits ≠ 0"], align: "right" }, ({ outcomes }) => [count(outcomes.exit)]]);
  if (has("timeout")) {
    columns.push([{ title: ["timeouts"], align: "right" }, ({ outcomes }) => [count(outcomes.timeout)]]);
  }
  const confidence = first === undefined ? "" : `, ${percent(first.confidence)} interval`;
  columns.push([{ title: [`rate${confidence}`] }, rate]);
  columns.push([
    { title: ["signature"] },
    (environment) => {
      const { marks } = cellOf(environment, page.marks);
      return [marks || (environment.attempts === 0 ? noVerdict(environment) : "none")];
    },
  ]);
  if (expected) {
    columns.push([
      { title: ["as expected"] },
      ({ expectation }) => (expectation === null ? ["–"] : [expectation.met ? "yes" : "no"]),
    ]);
  }
  const shown = environments.slice(0, page.detail.rows);
  const missed = environments.filter(({ expectation }) => expectation?.met === false);
  return [
    table(
      columns.map(([column]) => column),
      shown.map((environment) => columns.map(([, cell]) => cell(environment))),
      page.detail,
    ),
    ...remaining(shown.length, environments.length, "environments"),
    ...bullets(
      page,
      missed.map(
        ({ id, expectation }) => say`Not as expected: ${code(id)}: ${technical(expectation?.why ?? "")}`,
      ),
    ),
  ];
}

/** The grid, where two axes cross: the same letter is the same crash. */
export function gridTable(page: Page): string[] {
  const grid = gridOf(page.result);
  if (grid === null) return [];
  const { rows, columns } = grid;
  const shownRows = rows.slice(0, page.detail.rows);
  const shownColumns = columns.slice(0, page.detail.rows);
  return [
    heading(page, [`${grid.rowAxis} × ${grid.columnAxis}`]),
    table(
      [
        { title: [`${grid.rowAxis} / ${grid.columnAxis}`] },
        ...shownColumns.map((column) => ({ title: [code(column)] })),
      ],
      shownRows.map((row): Phrase[] => [
        [code(row)],
        ...shownColumns.map((column): Phrase => {
          const environment = grid.at(row, column);
          return [environment ? cellOf(environment, page.marks).text : "·"];
        }),
      ]),
      page.detail,
    ),
    ...remaining(shownRows.length, rows.length, "rows"),
    ...remaining(shownColumns.length, columns.length, "columns"),
    "The same letter is the same crash; a cell's percentages are of its attempts.",
  ];
}

/** What decides, and each comparison with its verdict. */
export function comparisonSection(page: Page): string[] {
  const { comparisons, decides } = page.result;
  const groups = comparisonGroups(page.result);
  const shown = groups.slice(0, page.detail.rows);
  const tests = [...new Set(comparisons.map(({ test }) => test))];
  return [
    ...(decides.length === 0
      ? []
      : [heading(page, ["What decides"]), ...bullets(page, decides.map(technical))]),
    ...(shown.length === 0
      ? []
      : [
          heading(page, ["Comparisons"]),
          table(
            ["against", "environment", "difference", "p, adjusted", "verdict"].map((title) => ({
              title: [title],
            })),
            shown.map(({ first, environments, verdict }): Phrase[] => {
              const difference = points(first.difference, first.low, first.high);
              const names = environments.slice(0, NAMED);
              const more = environments.length > NAMED ? ` and ${environments.length - NAMED} more` : "";
              return [
                [code(first.a)],
                [...codes(names), more],
                [`${difference.value} `, code(difference.interval)],
                [pValue(first.adjustedPValue)],
                technical(verdict),
              ];
            }),
            page.detail,
          ),
          ...remaining(shown.length, groups.length, "comparisons"),
          ...bullets(page, [say`Tests: ${tests.slice(0, 3).join("; ")}.`]),
        ]),
  ];
}
