import type { CampaignOutcome } from "../run/state/campaign-outcome.js";
import { count } from "../text/count.js";
import { counted } from "../text/numbers.js";

/** Where a time limit ended a count of crashes before it was full: a sentence for each environment. */
export function timesOver(
  { plan, cells }: CampaignOutcome,
  countedIn: (environment: string) => number,
): string[] {
  const { stop } = plan;
  if (stop.kind !== "until-crashes" || stop.withinMs === undefined) return [];
  const seconds = count(stop.withinMs / 1000);
  return cells.flatMap(({ id, ending, attempts }) =>
    ending === "time"
      ? [
          `the time of ${seconds} s (--for) ended it on ${id} after ${counted(attempts, "attempt")}, with ${count(countedIn(id))} of ${count(stop.crashes)} counted (--until-crashes)`,
        ]
      : [],
  );
}
