import { appendFileSync } from "node:fs";

/** `VIVARIUM_TRUST=full` (npm run test:trust) tries it all; otherwise a part that fits a CI run. */
export const FULL = process.env["VIVARIUM_TRUST"] === "full";

/** Seed of everything that is drawn: VIVARIUM_TRUST_SEED repeats a run. */
export const SEED = Number(process.env["VIVARIUM_TRUST_SEED"] ?? 13470);

export function sized(small: number, full: number): number {
  return FULL ? full : small;
}

/** One line of what was tried. */
export interface Tried {
  /** `faults`, `interrupts`, `fuzz cases`… */
  readonly what: string;
  readonly of: string;
  readonly count: number;
  readonly seed: number | null;
  /** What came of it, in words. */
  readonly outcome: string;
}

/** Notes what was tried, for scripts/trust.ts to add up, and says it. */
export function tried(line: Tried): void {
  const seed = line.seed === null ? "" : ` (seed ${line.seed})`;
  console.log(`${line.count} ${line.what}, ${line.of}${seed}: ${line.outcome}`);
  const ledger = process.env["VIVARIUM_TRUST_LEDGER"];
  if (ledger !== undefined) appendFileSync(ledger, `${JSON.stringify(line)}\n`);
}
