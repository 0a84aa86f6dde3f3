import type { Plan } from "../../plan/plan.js";
import type { Attempt } from "../attempt.js";
import type { MappedFiles } from "../mapped-files.js";
import type { CampaignState, InfraRecord } from "./campaign-state.js";
import type { Ending } from "./cell-state.js";
import type { HeaderEntry } from "../journal/entry.js";
import type { KeyTally, TallySummary } from "./tally.js";

export interface KeyOutcome extends KeyTally {
  /** The first attempts of them whose output was kept, by number. With several workers the very first may be missing. */
  readonly kept: readonly Attempt[];
}

/** What a campaign came to in one cell. */
export interface CellOutcome extends Omit<TallySummary, "keys"> {
  readonly id: string;
  readonly keys: readonly KeyOutcome[];
  /** How it met its stop rule; null where it was interrupted or given up before. */
  readonly ending: Ending | null;
  /** Too many slots were lost. */
  readonly gaveUp: boolean;
  /** Attempts that were made, and are in the journal, but in no count here: beyond the one at which the rule ended it. */
  readonly excluded: number;
  /** What its program had mapped; null where nobody looked, or it could not be seen. */
  readonly mapped: MappedFiles | null;
  /** Under the scheduler, no attempt had a second thread or process. */
  readonly alone: boolean;
  /** Slots lost or never opened. */
  readonly infra: number;
  /**
   * Attempts per second while the campaign worked on this cell, all workers together; 0 where it did not. Attempts per
   * second of one worker, times the workers.
   */
  readonly attemptsPerSecond: number;
}

export interface CampaignOutcome {
  readonly id: string;
  readonly plan: Plan;
  /** ISO 8601. */
  readonly startedAt: string;
  /** When its last session ended; null where it runs still or was killed. */
  readonly finishedAt: string | null;
  /** Milliseconds that it ran, times between sessions left out. */
  readonly elapsedMs: number;
  /** Every cell met its stop rule. */
  readonly complete: boolean;
  /** In the order of the plan. */
  readonly cells: readonly CellOutcome[];
  /** The first 200. */
  readonly infra: readonly InfraRecord[];
}

/** What a state amounts to, now that nothing more will be done in it. Settles its cells: call it once, at the end. */
export function campaignOutcome(header: HeaderEntry, state: CampaignState): CampaignOutcome {
  const { plan } = header;
  state.settle();
  const cells = state.cells.map((cell, index): CellOutcome => {
    const { keys, ...tally } = cell.tally.summary();
    const made = cell.tally.attempts + cell.excluded + cell.untallied;
    return {
      id: plan.cells[index]?.id ?? "",
      ...tally,
      keys: keys.map((key) => ({ ...key, kept: state.outputs.of(index, key.key) })),
      ending: cell.ending,
      gaveUp: cell.gaveUp,
      excluded: cell.excluded + cell.untallied,
      mapped: cell.mapped,
      alone: cell.threads === "one" && cell.tally.attempts > 0,
      infra: cell.infra,
      attemptsPerSecond: cell.workMs === 0 ? 0 : (made / cell.workMs) * 1000 * plan.parallel,
    };
  });
  return {
    id: header.id,
    plan,
    startedAt: header.startedAt,
    finishedAt: state.endedAt,
    elapsedMs: state.elapsedMs,
    complete: cells.every(({ ending }) => ending !== null),
    cells,
    infra: state.infra,
  };
}
