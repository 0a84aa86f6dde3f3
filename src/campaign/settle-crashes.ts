import { Failure } from "../failure.js";
import type { Engine, Labels } from "../docker/engine.js";
import type { Binary } from "../images/binary.js";
import type { Cell } from "../plan/plan.js";
import type { ProgressSink } from "../progress/event.js";
import { step } from "../progress/step.js";
import type { CampaignOutcome, CellOutcome, KeyOutcome } from "../run/state/campaign-outcome.js";

export interface SettleOptions {
  readonly engine: Engine;
  readonly binaries: ReadonlyMap<string, Binary>;
  readonly labels: Labels;
  readonly sink: ProgressSink;
  readonly signal: AbortSignal;
}

/** One way in which a cell crashed. */
export interface CrashOfCell {
  readonly cell: Cell;
  readonly binary: Binary;
  readonly outcome: CellOutcome;
  readonly key: KeyOutcome;
}

/** What was found out of crashes, by cell id and by key (`attemptKey`). */
export type SettledCrashes<T> = ReadonlyMap<string, ReadonlyMap<string, T>>;

/** The crashes of the cells that are `wanted`: of each the most frequent ones, `most` at most. */
export function frequentCrashes(
  { plan, cells }: CampaignOutcome,
  binaries: ReadonlyMap<string, Binary>,
  most: number,
  wanted: (cell: Cell) => boolean,
): CrashOfCell[] {
  return plan.cells.flatMap((cell, index) => {
    const outcome = cells[index];
    const binary = binaries.get(cell.id);
    if (outcome === undefined || binary === undefined || !wanted(cell)) return [];
    const failed = outcome.keys.filter(({ outcome: end }) => end !== "clean");
    const frequent = [...failed].sort((a, b) => b.count - a.count).slice(0, most);
    return frequent.map((key) => ({ cell, binary, outcome, key }));
  });
}

/** What a look at a crash is called: its step's id begins with `id`, and its title with `title`. */
export interface Settling<T> {
  readonly id: string;
  readonly title: string;
  /** Throws a Failure where nothing is to be found: it is told, and the crash left out. */
  readonly settle: (crash: CrashOfCell, tell: (line: string) => void) => Promise<T>;
}

/** Looks at one crash after the other, each in a step of its own, until it is interrupted. */
export async function settleCrashes<T>(
  crashes: readonly CrashOfCell[],
  { sink, signal }: Pick<SettleOptions, "sink" | "signal">,
  { id, title, settle }: Settling<T>,
): Promise<SettledCrashes<T>> {
  const settled = new Map<string, Map<string, T>>();
  for (const crash of crashes) {
    if (signal.aborted) break;
    const { cell, key } = crash;
    const of = `attempt ${key.firstNumber} of ${cell.id}`;
    const told = await step(sink, `${id} ${cell.id} ${key.firstNumber}`, `${title} ${of}`, ({ line }) =>
      settle(crash, line).catch((error: unknown) => {
        if (error instanceof Failure) line(error.message);
        throw error;
      }),
    ).catch((error: unknown) => {
      if (error instanceof Failure && error.kind !== "interrupted") return null;
      throw error;
    });
    if (told === null) continue;
    settled.set(cell.id, (settled.get(cell.id) ?? new Map<string, T>()).set(key.key, told));
  }
  return settled;
}
