import { withoutNames } from "../text/without-names.js";
import type { Result } from "../result/result.js";

/** Characters by which two messages are compared. */
const MOST_COMPARED = 500;

/** What went wrong so often in one place, as it was said the first time. */
export interface InfraGroup {
  readonly where: string;
  readonly message: string;
  readonly times: number;
  /** The attempt that it cost, where it was one. */
  readonly attempt: number | null;
}

/** Failures of infrastructure, those that say the same put together; in the order of their first. */
export function infraGroups({ infra }: Pick<Result, "infra">): InfraGroup[] {
  const groups = new Map<string, InfraGroup>();
  for (const { where, attempt, message } of infra) {
    const key = `${where}\0${withoutNames(message.slice(0, MOST_COMPARED))}`;
    const times = (groups.get(key)?.times ?? 0) + 1;
    groups.set(key, { ...(groups.get(key) ?? { where, message, attempt }), times });
  }
  return [...groups.values()];
}

/** What follows the place: `, attempt 3`, `, 4 times`. */
export function howOften({ times, attempt }: InfraGroup): string {
  return times > 1 ? `, ${times} times` : attempt === null ? "" : `, attempt ${attempt}`;
}
