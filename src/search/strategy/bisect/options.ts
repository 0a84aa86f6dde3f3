import { exactTest } from "../../../stats/exact/boschloo.js";
import type { Tally } from "../../../stats/tally.js";
import type { Costs } from "./choose.js";
import type { History } from "./history.js";

/** Which change is looked for: the one from which on it crashes, from which on it does not, or that made any difference. */
export const FINDS = ["introduced", "fixed", "changed"] as const;
export type Find = (typeof FINDS)[number];

/** A bisection, before anything was tried. */
export interface BisectOptions {
  readonly history: History;
  readonly find: Find;
  /** The point that has all changes. */
  readonly newEnd: string;
  /** The point that has none. */
  readonly oldEnd: string;
  /** Probability at which a change is named. */
  readonly confidence: number;
  /** Level of the confirmation, and of the difference of the ends. */
  readonly alpha: number;
  /** Attempts of an end at most. */
  readonly cap: number;
  /** Milliseconds that the attempts of an end may take at most, and those of one trial. */
  readonly patienceMs: number;
  /** What things cost until it was measured. */
  readonly costs: Costs;
  /** Whether points are named that may well come next, to be built meanwhile. */
  readonly ahead: boolean;
  /** Two-sided p-value of "one rate". */
  readonly test: (a: Tally, b: Tally) => number;
}

export const DEFAULTS = {
  confidence: 0.99,
  alpha: 0.001,
  cap: 20_000,
  patienceMs: 300_000,
  costs: { build: 4_000, start: 500, attempt: 3 },
  ahead: true,
  test: exactTest,
} satisfies Partial<BisectOptions>;
