import { isSameStop, type Switch } from "../../plan/schedule.js";
import type { ScheduleRecord } from "../../run/scheduled/schedule-record.js";

/** More than these are no story that anybody reads: then those that come by themselves are left out. */
const MOST = 16;

/** One thread stops running and another one goes on. */
export interface Turn {
  readonly turn: Switch;
  /** Its number in the schedule's list; null where it comes by itself, since a thread waits or ends. */
  readonly index: number | null;
}

/** The turns of a schedule that was played, from its first switch on, in the order of time. Pure. */
export function timeline(switches: readonly Switch[], { handovers }: ScheduleRecord): Turn[] {
  const listed = switches.map((turn, index) => ({ turn, index }));
  const left = new Set(switches.keys());
  const all = handovers.map((turn): Turn => {
    const index = [...left].find((each) => isSameStop(switches[each] as Switch, turn));
    if (index === undefined) return { turn, index: null };
    left.delete(index);
    return { turn: switches[index] as Switch, index };
  });
  // A list that does not agree with what was recorded is told alone.
  if (left.size > 0) return listed;
  const first = all.findIndex(({ index }) => index !== null);
  const told = first < 0 ? all : all.slice(first);
  return told.length > MOST ? listed : told;
}
