import type { Program } from "./contenders.js";
import type { Start } from "./start.js";
import type { Steps } from "./steps.js";

/** Attempts per second of one contender, one value for each repeat, in order. */
export interface Cell {
  readonly program: Program;
  readonly parallel: number;
  readonly rates: Readonly<Record<string, readonly number[]>>;
}

export interface Bench {
  readonly schema: "vivarium/bench/1";
  readonly date: string;
  readonly machine: {
    readonly cpu: string;
    readonly cpus: number;
    readonly kernel: string;
    readonly engine: string;
  };
  readonly cells: readonly Cell[];
  readonly start: Start;
  readonly steps: Steps;
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The median over the repeats of one contender's rate by another's of the same repeat: what drifts drifts for both. */
export function ratio({ rates }: Cell, of: string, by: string): number {
  const [above = [], below = []] = [rates[of], rates[by]];
  return median(above.map((rate, at) => rate / (below[at] ?? NaN)));
}

/** The table that docs/explanation/speed.md quotes. */
export function markdown({ machine, date, cells, start, steps }: Bench): string {
  const rows = cells.map((cell) => {
    const rate = (name: string): string => {
      const value = median(cell.rates[name] ?? []);
      return value >= 100 ? value.toFixed(0) : value.toFixed(1);
    };
    return row([
      cell.program,
      cell.parallel,
      rate("runner"),
      rate("bare loop"),
      ratio(cell, "runner", "bare loop").toFixed(2),
      rate("docker exec"),
      rate("docker run"),
    ]);
  });
  const repeats = cells[0]?.rates["runner"]?.length ?? 0;
  return [
    `Attempts per second, medians of ${repeats} alternating repeats, ${date.slice(0, 10)}: ${machine.cpus} × ${machine.cpu},`,
    `Linux ${machine.kernel}, ${machine.engine}. The bare loop runs in the runner's own containers.`,
    "",
    row([
      "program",
      "parallel",
      "runner",
      "bare posix_spawn loop",
      "runner / loop",
      "docker exec",
      "docker run",
    ]),
    row(["---", "--:", "--:", "--:", "--:", "--:", "--:"]),
    ...rows,
    "",
    `One attempt in ${start.environment}, from the command to its end, seconds (medians):`,
    "",
    row([
      "`vivarium run`",
      "its program not yet built",
      "`docker run` of the same program",
      "warm / docker run",
    ]),
    row(["--:", "--:", "--:", "--:"]),
    row([
      median(start.warm).toFixed(2),
      median(start.cold).toFixed(2),
      median(start.dockerRun).toFixed(2),
      median(start.warm.map((each, at) => each / (start.dockerRun[at] ?? NaN))).toFixed(2),
    ]),
    "",
    ...stepsTable(steps),
    "",
  ].join("\n");
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(" | ")} |`;
}

function stepsTable({ date, scheduler, bare }: Steps): string[] {
  return [
    `Instructions per second of a program of two threads that is run step by step (medians of ${scheduler.length} alternating repeats, ${date.slice(0, 10)}):`,
    "",
    row(["`--schedule random`", "a loop of ptrace's single steps", "scheduler / loop"]),
    row(["--:", "--:", "--:"]),
    row([
      median(scheduler).toFixed(0),
      median(bare).toFixed(0),
      median(scheduler.map((rate, at) => rate / (bare[at] ?? NaN))).toFixed(2),
    ]),
  ];
}
