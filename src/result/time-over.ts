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
          `time ran out on ${id} (--for, ${seconds} s): ${counted(attempts, "attempt")}, ${count(countedIn(id))} counted, and --until-crashes asked for ${count(stop.crashes)}`,
        ]
      : [],
  );
}
