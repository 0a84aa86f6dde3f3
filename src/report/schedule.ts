import type { ScheduleRecord } from "../result/result.js";
import { counted } from "../text/numbers.js";

/** Threads that a table has columns for; more are told in words. */
const COLUMNS = 6;

/** How a schedule was found, made small and played, in one sentence. */
export function scheduleSummary({ switches, found, minimal, played, file }: ScheduleRecord): string {
  if (switches === 0)
    return `It comes without a switch between threads: each runs until it waits or ends (it was found with ${counted(found, "switch", "switches")}), in ${played.crashes} of ${played.attempts} attempts: vivarium run … --schedule ${file}`;
  const least = minimal ? `none of which can go` : `the fewest that were found in time`;
  return `It comes of ${counted(switches, "switch", "switches")} between threads (${least}; it was found with ${found}), in ${played.crashes} of ${played.attempts} attempts: vivarium run … --schedule ${file}`;
}

/** The table of threads over time: titles, and a row for each span, what its thread does in its own column. */
export function timeTable({ spans }: ScheduleRecord): { titles: string[]; rows: string[][] } | null {
  const threads = [...new Set(spans.map(({ thread }) => thread))].sort((a, b) => a - b);
  if (spans.length === 0 || threads.length > COLUMNS) return null;
  return {
    titles: threads.map((thread) => {
      const isProcess = spans.some((span) => span.thread === thread && span.process === true);
      return `${isProcess ? "process" : "thread"} ${thread}`;
    }),
    rows: spans.map((span) => threads.map((thread) => (thread === span.thread ? span.what : ""))),
  };
}
