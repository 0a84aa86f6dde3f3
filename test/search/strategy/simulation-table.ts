import { clopperPearson } from "../../../src/stats/interval/clopper-pearson.js";
import { History } from "../../../src/search/strategy/bisect/history.js";
import { fixedFor, oneAtATime, plainBisection } from "./baselines.js";
import { commits, Dice, options, simulate, type World } from "./simulated.js";

/** One row: a kind of history, how often it crashes on either side, and what else is in the way. */
export interface Row {
  readonly kind: "line" | "graph";
  readonly commits: number;
  readonly bad: number;
  readonly good: number;
  /** Share of the commits that cannot be built. */
  readonly broken?: number;
  /** Commits that a break of the build lasts, in the mean; without it each breaks by itself. */
  readonly lasts?: number;
  /** Share of attempts of which the runner says the opposite. */
  readonly lies?: number;
}

/** Means of a rule. */
export interface Means {
  readonly wrong: number;
  readonly undecided: number;
  readonly attempts: number;
  readonly builds: number;
}

export interface RowOutcome {
  readonly row: Row;
  readonly bisections: number;
  /** Wrong ones among those that named a change, and the upper end of the interval for their share. */
  readonly wrongAtMost: number;
  readonly ours: Means & { readonly ends: number; readonly confirmation: number; readonly group: number };
  readonly plain: (Means & { readonly each: number }) | null;
  readonly oneByOne: Means & { readonly bisections: number };
}

/** Histories of a row: the same in every run, several so that no one graph decides. */
const HISTORIES = 5;

/** Commits that cannot be built: a share of all, each a break of its own or one that its parent passed on. */
function brokenOf({ commits: count, broken = 0, lasts = 1 }: Row, history: History, dice: Dice): Set<string> {
  const names = new Set<string>();
  const passedOn = 1 - 1 / lasts;
  const begins = (broken * (1 - passedOn)) / (1 - broken);
  for (let c = 1; c < count; c++) {
    const parents = history.parents[history.point(`c${c}`)] ?? [];
    const inherited = lasts > 1 && parents.some((parent) => names.has(history.points[parent] as string));
    if (dice.hit(lasts === 1 ? broken : inherited ? passedOn : begins)) names.add(`c${c}`);
  }
  return names;
}

/** Simulates `count` bisections of a row; of git_bayesect's rule, which takes a thousand choices where we take twenty, `few`. */
export function simulateRow(row: Row, count: number, few: number): RowOutcome {
  const histories = Array.from(
    { length: row.kind === "line" ? 1 : HISTORIES },
    (_, i) => new History(commits(row.kind, row.commits, new Dice(i + 1))),
  );
  const lies = row.lies ?? 0;
  const seen = (rate: number): number => rate * (1 - lies) + (1 - rate) * lies;
  const rates = { bad: seen(row.bad), good: seen(row.good) };
  const worldOf = (i: number): World => {
    const dice = new Dice(1_000_003 * (i + 1) + row.commits);
    const culprit = `c${1 + dice.below(row.commits)}`;
    const history = histories[i % histories.length] as History;
    return { history, culprit, ...rates, broken: brokenOf(row, history, dice), dice };
  };
  const ours = new Sums();
  let ends = 0;
  let confirmation = 0;
  let group = 0;
  let highEnd = 0;
  for (let i = 0; i < count; i++) {
    const world = worldOf(i);
    const outcome = simulate(world, options(world.history, row.commits));
    const { finding } = outcome;
    const named = finding.kind === "found" ? finding.changes : null;
    ours.add(named, world.culprit, outcome.attempts, outcome.builds);
    ends += outcome.endAttempts;
    confirmation += outcome.confirmAttempts;
    group += named?.length ?? 0;
    highEnd += outcome.endAttempts / 2;
  }
  const fixed = fixedFor(rates, Math.ceil(Math.log2(row.commits)));
  const plain = new Sums();
  for (let i = 0; i < count && fixed !== null; i++) {
    const world = worldOf(i);
    const { named, attempts, builds } = plainBisection(world, fixed);
    plain.add(named === null ? null : [named], world.culprit, attempts, builds);
  }
  const oneByOne = new Sums();
  for (let i = 0; i < few; i++) {
    const world = worldOf(i);
    const { named, attempts, builds } = oneAtATime(world, { attempts: Math.round(highEnd / count) });
    oneByOne.add(named === null ? null : [named], world.culprit, attempts, builds);
  }
  const decided = count - ours.undecided;
  return {
    row,
    bisections: count,
    wrongAtMost: decided === 0 ? 1 : clopperPearson({ counted: ours.wrong, attempts: decided }, 0.95).high,
    ours: {
      ...ours.means(count),
      ends: ends / count,
      confirmation: confirmation / count,
      group: group / Math.max(1, decided),
    },
    plain: fixed === null ? null : { ...plain.means(count), each: fixed.attempts },
    oneByOne: { ...oneByOne.means(few), bisections: few },
  };
}

class Sums {
  wrong = 0;
  undecided = 0;
  private attempts = 0;
  private builds = 0;

  add(named: readonly string[] | null, culprit: string, attempts: number, builds: number): void {
    if (named === null) this.undecided++;
    else if (!named.includes(culprit)) this.wrong++;
    this.attempts += attempts;
    this.builds += builds;
  }

  means(count: number): Means {
    return {
      wrong: this.wrong,
      undecided: this.undecided,
      attempts: this.attempts / count,
      builds: this.builds / count,
    };
  }
}

const RATES = [1, 0.5, 0.1, 0.02].flatMap((bad) => [0, 0.005].map((good) => ({ bad, good })));
const SHAPES = [
  { kind: "line", commits: 10 },
  { kind: "graph", commits: 64 },
  { kind: "line", commits: 128 },
  { kind: "graph", commits: 1000 },
  { kind: "line", commits: 5000 },
  { kind: "graph", commits: 5000 },
] as const;

/** All rows of the table in docs/explanation/bisection.md. */
export const ROWS: readonly Row[] = [
  ...SHAPES.flatMap((shape) => RATES.map((rates) => ({ ...shape, ...rates }))),
  ...RATES.map((rates) => ({ kind: "graph" as const, commits: 128, ...rates, broken: 0.2 })),
  { kind: "line", commits: 128, bad: 1, good: 0, broken: 0.2, lasts: 4 },
  { kind: "line", commits: 128, bad: 0.1, good: 0, broken: 0.2, lasts: 4 },
  { kind: "graph", commits: 128, bad: 1, good: 0, lies: 0.02 },
  { kind: "graph", commits: 128, bad: 0.5, good: 0, lies: 0.02 },
];

export const HEAD = [
  "| history | bad rate | good rate | wrong of 2,000 (at most, 95 %) | undecided | ours: attempts, builds | ends, confirmation | plain, N from the true rates: wrong %, attempts, builds | one at a time: wrong %, attempts, builds |",
  "|---|---|---|---|---|---|---|---|---|",
].join("\n");

const whole = (n: number): string => Math.round(n).toLocaleString("en-US");

export function rowText({ row, bisections, wrongAtMost, ours, plain, oneByOne }: RowOutcome): string {
  const share = (n: number, of: number): string => ((100 * n) / of).toFixed(1);
  const what = `${row.kind} of ${whole(row.commits)}${row.broken ? ", a fifth cannot be built" : ""}${row.lasts ? `, in runs of ${row.lasts}` : ""}${row.lies ? ", the runner lies in 2 %" : ""}`;
  const cells = [
    what,
    row.bad,
    row.good,
    `${ours.wrong} of ${whole(bisections)} (${(100 * wrongAtMost).toFixed(2)} %)`,
    ours.undecided,
    `**${whole(ours.attempts)}, ${ours.builds.toFixed(1)}**`,
    `${whole(ours.ends)}, ${whole(ours.confirmation)}`,
    plain === null
      ? "none"
      : `${share(plain.wrong, bisections)}, ${whole(plain.attempts)}, ${plain.builds.toFixed(1)} (N ${whole(plain.each)})`,
    oneByOne.bisections === 0
      ? "not run"
      : `${share(oneByOne.wrong, oneByOne.bisections)}, ${whole(oneByOne.attempts)}, ${oneByOne.builds.toFixed(1)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}
