import type { Cell } from "../../plan/plan.js";
import type { EnvironmentRecord, Result } from "../../result/result.js";
import type { Places } from "./places.js";

/** What takes longer than so many usual attempts is waited for no longer. */
const TIMES_THE_MEDIAN = 25;
/** And never less than so many times the longest: what is rare and takes long may be the crash. */
const TIMES_THE_LONGEST = 2;
const SHORTEST_HANG_MS = 600;
/** What should crash and hangs is waited for no shorter: a loaded machine delays attempts. */
const SHORTEST_WAIT_MS = 2_000;

/**
 * Milliseconds after which an attempt is ended while a search goes on; null: the repro's own limit, which is shorter. Where a hang is the bug,
 * what the clean environments take tells it from what ends. Elsewhere what is left of a program may run into a loop without end, which is no
 * reason to wait for the repro's whole limit, attempt after attempt.
 */
export function searchTimeLimit(
  { environments }: Pick<Result, "environments">,
  { crashes, clean }: Places,
  { run }: Cell,
): number | null {
  const those = (ids: readonly string[]) => environments.filter(({ id }) => ids.includes(id));
  const hangs = those([crashes]).some(({ outcomes, rate }) => outcomes.timeout > 0 && rate?.of === "timeout");
  if (hangs && clean.length === 0) return null;
  const limit = hangs
    ? Math.max(SHORTEST_HANG_MS, ...those(clean).map(longerThan))
    : Math.max(SHORTEST_WAIT_MS, ...those([...clean, crashes]).map(longerThan));
  return limit < run.timeoutMs ? Math.ceil(limit) : null;
}

/** One slow attempt makes it longer by little: a busy machine delays one now and then by more than all the others take. */
function longerThan({ durations }: EnvironmentRecord): number {
  const { median = 0, max = 0 } = durations ?? {};
  return Math.max(TIMES_THE_MEDIAN * median, TIMES_THE_LONGEST * max);
}
