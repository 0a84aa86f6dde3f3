/** How much of each kind a report shows: lines, frames, items, or characters of one piece of text. */
export interface Detail {
  readonly outputLines: number;
  readonly goroutines: number;
  readonly threads: number;
  readonly frames: number;
  /** Instructions before and after the one that faulted. */
  readonly instructions: number;
  readonly registers: boolean;
  /** Compile commands, linker warnings and package versions. */
  readonly pins: boolean;
  /** Signatures with their evidence. */
  readonly crashes: number;
  /** Rows of a table, items of a list. */
  readonly rows: number;
  readonly code: number;
  readonly text: number;
}

export const FULL: Detail = {
  outputLines: 60,
  goroutines: 12,
  threads: 12,
  frames: 50,
  instructions: 12,
  registers: true,
  pins: true,
  crashes: 26,
  rows: 400,
  code: 300,
  text: 1200,
};

/** The order in which a report that does not fit is shortened: first what is furthest from the fault. */
const STEPS: readonly { readonly what: string; readonly leaves: Partial<Detail> }[] = [
  { what: "the program's output but its last 20 lines", leaves: { outputLines: 20 } },
  { what: "other goroutines", leaves: { goroutines: 0 } },
  { what: "other threads", leaves: { threads: 0 } },
  { what: "the program's output", leaves: { outputLines: 0 } },
  { what: "frames beyond the innermost 12", leaves: { frames: 12 } },
  { what: "instructions further than 3 from the fault", leaves: { instructions: 3 } },
  { what: "registers", leaves: { registers: false } },
  { what: "compile commands and package versions", leaves: { pins: false } },
  { what: "the evidence of all but the 3 most frequent signatures", leaves: { crashes: 3 } },
  { what: "the evidence of all but the most frequent signature", leaves: { crashes: 1 } },
  { what: "rows beyond the first 60", leaves: { rows: 60 } },
  { what: "names and sentences beyond their first characters", leaves: { code: 80, text: 240, frames: 6 } },
  { what: "all evidence", leaves: { crashes: 0 } },
  { what: "rows beyond the first 15", leaves: { rows: 15, code: 40, text: 120 } },
];

/** Details from full to least, each with what it leaves out, in the order in which it was left out. */
export const LEVELS: readonly { readonly detail: Detail; readonly leftOut: readonly string[] }[] =
  STEPS.reduce(
    (levels, { what, leaves }) => {
      const last = levels.at(-1) as (typeof levels)[number];
      return [...levels, { detail: { ...last.detail, ...leaves }, leftOut: [...last.leftOut, what] }];
    },
    [{ detail: FULL, leftOut: [] as readonly string[] }],
  );
