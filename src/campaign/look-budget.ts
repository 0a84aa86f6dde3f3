import type { KeyGroup } from "../crash/group.js";
import type { Plan } from "../plan/plan.js";
import type { CaptureBudget } from "../run/capture/capture.js";
import type { CellOutcome } from "../run/state/campaign-outcome.js";

/** What may be spent on looking for crashes or hangs of a cell with gdb; `each`: captures wanted of each signature. */
export type LookBudget = Omit<CaptureBudget, "enough"> & { readonly each: number };

/** Of attempts: what crashes less often is looked for under gdb a few times, and then watched for. */
const RARE = 0.1;
const FEW_LOOKS = 8;
/** So many times the mean number of runs between two crashes meet one with 95 %: 1 - exp(-3). */
const MEETS_ONE = 3;
/** One process is watched at a time, where attempts were made side by side. */
const PATIENCE = 2;
/** Each look at a hang takes the whole time limit, so that there are few. */
const HANGS = 2;

/**
 * For crashes of one cell, of which `made` were counted. What is rare is watched for until it should have come with 95 %, yet no
 * longer than twice the time that its attempts took, or than the plan allows anyhow.
 */
export function crashBudget(
  crashes: readonly Pick<KeyGroup, "count">[],
  made: Pick<CellOutcome, "attempts" | "attemptsPerSecond">,
  { attempts, timeoutMs, withinMs, perSignature, watched }: Plan["capture"],
): LookBudget {
  const rarest = Math.min(...crashes.map(({ count }) => count));
  const isRare = rarest < RARE * made.attempts;
  const tookMs = made.attemptsPerSecond === 0 ? 0 : (made.attempts / made.attemptsPerSecond) * 1000;
  return {
    attempts: isRare ? Math.min(FEW_LOOKS, attempts) : attempts,
    timeoutMs,
    withinMs,
    watched: {
      runs: Math.max(watched.runs, Math.ceil((MEETS_ONE * made.attempts) / rarest)),
      timeoutMs: Math.max(watched.timeoutMs, Math.ceil(PATIENCE * tookMs)),
    },
    each: perSignature,
  };
}

/** For hangs of one cell. */
export function hangBudget({ timeoutMs, withinMs, perSignature }: Plan["capture"]): LookBudget {
  return {
    attempts: Number.MAX_SAFE_INTEGER,
    timeoutMs,
    withinMs,
    hangs: true,
    each: Math.min(HANGS, perSignature),
  };
}

/** An exit status may be a parent's answer to the crash of a child: as many looks as show with 95 % one that is behind all of them. */
export function childBudget(
  failed: readonly Pick<KeyGroup, "count">[],
  made: Pick<CellOutcome, "attempts">,
  { attempts, timeoutMs, withinMs, perSignature }: Plan["capture"],
): LookBudget {
  const share = failed.reduce((total, { count }) => total + count, 0) / Math.max(made.attempts, 1);
  const looks = Math.max(1, Math.ceil(Math.log(0.05) / Math.log(1 - share)));
  return {
    attempts: Math.min(looks, FEW_LOOKS, attempts),
    timeoutMs,
    withinMs,
    each: Math.min(1, perSignature),
    children: true,
  };
}
