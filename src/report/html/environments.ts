import { clipLine } from "../../text/clip.js";
import { cellOf, noVerdict } from "../cell.js";
import { comparisonGroups, type ComparisonGroup } from "../../result/comparison-group.js";
import { gridOf } from "../grid.js";
import { HEAT_STEPS, HEAT_WORDS, heatOf, heatOfShare } from "../heat.js";
import { count } from "../../text/count.js";
import { interval, percent, points, pValue } from "../../text/numbers.js";
import { code, codes, technical } from "../../text/phrase.js";
import type { EnvironmentRecord, Result } from "../../result/result.js";
import { sameName, seenSignatures } from "../../result/same-crash.js";
import { codeOf, html, phrase, type Markup } from "./markup.js";
import { badge, list, scrolling, section } from "./parts.js";
import { table, type Column } from "./table.js";

type Marks = ReadonlyMap<string, string>;

/** Signatures of one environment that are shown as badges. */
const BADGES = 6;

const OTHERS = { exit: "exits ≠ 0", timeout: "timeouts" } as const;

function badges(environment: EnvironmentRecord, marks: Marks): Markup {
  const signatures = seenSignatures(environment);
  const more = signatures.length - BADGES;
  const shown = signatures.slice(0, BADGES).map((one) => badge(marks.get(sameName(environment, one)) ?? "?"));
  if (shown.length === 0)
    return html`<span class="quiet">${environment.attempts === 0 ? noVerdict(environment) : "none"}</span>`;
  return html`<span>${shown}${more > 0 ? html` <span class="quiet">+${more}</span>` : null}</span>`;
}

function rateCell({ rate }: EnvironmentRecord): Markup {
  if (rate === null) return html`none counted`;
  return html`<span
    ><b>${percent(rate.estimate)}</b> <span class="nowrap">${interval(rate.low, rate.high)}</span></span
  >`;
}

function columnsOf({ environments }: Result, marks: Marks): Column<EnvironmentRecord>[] {
  const confidence = environments.find(({ rate }) => rate !== null)?.rate?.confidence ?? 0.95;
  const of = new Set(environments.flatMap(({ rate }) => (rate === null ? [] : clipLine(rate.of, 60))));
  const others = (["exit", "timeout"] as const).filter((outcome) =>
    environments.some(({ outcomes }) => outcomes[outcome] > 0),
  );
  const expected = environments.some(({ expectation }) => expectation !== null);
  return [
    {
      title: "environment",
      cell: ({ id, libc, go }) =>
        html`${codeOf(id)} <span class="sub">${libc.package}${go ? `, Go ${go.version}` : ""}</span>`,
    },
    { title: "attempts", number: true, cell: ({ attempts }) => count(attempts) },
    { title: "crashes", number: true, cell: ({ outcomes }) => count(outcomes.crash) },
    ...others.map((outcome) => ({
      title: OTHERS[outcome],
      number: true,
      cell: ({ outcomes }: EnvironmentRecord) => count(outcomes[outcome]),
    })),
    {
      title: `rate${of.size === 1 ? ` of ${[...of].join("")}` : ""}, ${percent(confidence)} interval`,
      number: true,
      style: ({ rate }) => `heat heat-${rate === null ? "none" : heatOfShare(rate.estimate)}`,
      cell: rateCell,
    },
    { title: "signatures", cell: (environment) => badges(environment, marks) },
    ...(expected ? [{ title: "as expected", cell: asExpected }] : []),
  ];
}

function asExpected({ expectation }: EnvironmentRecord): Markup {
  if (expectation === null) return html`<span class="quiet">–</span>`;
  return expectation.met ? html`yes` : html`<b>no</b>`;
}

/** Every environment with its rate, shaded, and what was not as expected. */
export function environmentSection(result: Result, marks: Marks): Markup {
  const missed = result.environments.flatMap(({ id, expectation }) =>
    expectation?.met === false ? [[code(id), ": ", ...technical(expectation.why)]] : [],
  );
  return section(
    "environments",
    "Environments",
    table("Environments", columnsOf(result, marks), result.environments),
    missed.length === 0 ? null : html`<p class="callout">Not as expected:</p>`,
    list(missed),
  );
}

function legend(): Markup {
  return html`<ul class="legend" aria-label="Shades: share of attempts that failed">
    ${HEAT_STEPS.map((step) => html`<li class="heat heat-${step}">${HEAT_WORDS[step]}</li>`)}
  </ul>`;
}

function gridCell(environment: EnvironmentRecord | undefined, marks: Marks): Markup {
  if (environment === undefined) return html`<td class="void"><span class="quiet">not asked</span></td>`;
  const cell = cellOf(environment, marks);
  const all = seenSignatures(environment);
  const signatures = all.slice(0, 3);
  const more = all.length - signatures.length;
  const shares = signatures.map((one) => {
    const share = percent(one.count / Math.max(1, environment.attempts));
    const mark = marks.get(sameName(environment, one)) ?? "?";
    return html`<span class="share">${badge(mark)} ${share}</span> `;
  });
  const rest = more > 0 ? html`<span class="share">+${more}</span> ` : null;
  const of =
    environment.attempts > 0 ? html`<span class="sub">of ${count(environment.attempts)}</span>` : null;
  return html`<td class="heat heat-${heatOf(cell)}">
    ${shares.length > 0 ? shares : `${cell.text} `}${rest}${of}
  </td>`;
}

/** The grid as a heat map that is a table: shades for the eye, words and letters for everybody. */
export function gridSection(result: Result, marks: Marks): Markup | null {
  const grid = gridOf(result);
  if (grid === null) return null;
  const cells = html`<table class="grid">
    <thead>
      <tr>
        <th scope="col">${grid.rowAxis} \\ ${grid.columnAxis}</th>
        ${grid.columns.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${grid.rows.map(
        (line) =>
          html`<tr>
            <th scope="row">${line}</th>
            ${grid.columns.map((column) => gridCell(grid.at(line, column), marks))}
          </tr>`,
      )}
    </tbody>
  </table>`;
  return section(
    "grid",
    `${grid.rowAxis} × ${grid.columnAxis}`,
    scrolling("Grid", cells),
    html`<p class="note">The same letter is the same crash. Shades: share of attempts that failed.</p>`,
    legend(),
  );
}

export function decidesSection(result: Result): Markup | null {
  return result.decides.length === 0
    ? null
    : section(
        "decides",
        "What decides",
        html`<div class="lead">${list(result.decides.map(technical))}</div>`,
      );
}

/** What each comparison came to; environments that came out the same share a row. */
export function comparisonSection(result: Result): Markup | null {
  const groups = comparisonGroups(result);
  if (groups.length === 0) return null;
  const tests = [...new Set(result.comparisons.map(({ test }) => test))].slice(0, 4);
  const columns: Column<ComparisonGroup>[] = [
    {
      title: "environments",
      cell: ({ first, environments }) =>
        html`${phrase(codes(environments))} <span class="sub">against ${codeOf(first.a)}</span>`,
    },
    { title: "difference", number: true, cell: difference },
    { title: "p, adjusted", number: true, cell: ({ first }) => pValue(first.adjustedPValue) },
    {
      title: "verdict",
      style: ({ first }) => (first.differs ? "differs" : "alike"),
      cell: ({ verdict }) => html`<span>${phrase(technical(verdict))}</span>`,
    },
  ];
  return section(
    "comparisons",
    "Comparisons",
    table("Comparisons", columns, groups),
    html`<p class="note">${tests.join("; ")}.</p>`,
  );
}

function difference({ first }: ComparisonGroup): Markup {
  const { value, interval: bounds } = points(first.difference, first.low, first.high);
  return html`<span><b>${value}</b> <span class="nowrap">${bounds}</span></span>`;
}
