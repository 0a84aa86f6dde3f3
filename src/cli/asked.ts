import { badRequest } from "../failure.js";
import type { ScheduleRequest } from "../plan/schedule.js";
import type { Asked } from "../request/prepare.js";
import { subjectOf, type NamedRepro } from "../request/subject.js";
import type { CampaignArgs } from "./flags/campaign-flags.js";
import type { SelectionArgs } from "./flags/selection-flags.js";
import { repeatable } from "./repeatable.js";
import { requestOf } from "./request-of.js";
import { runsOf } from "./runs.js";
import { scheduleOf } from "./schedule-of.js";

/** What a command line asks for; `argv` is that command line, as typed; `cwd` the folder that a schedule's path starts from. Throws a Failure("request"). */
export async function askedOf(
  args: SelectionArgs & Partial<CampaignArgs> & NamedRepro,
  argv: readonly string[],
  cwd = ".",
): Promise<Asked> {
  const runs = await runsOf(args);
  const schedule =
    args.schedule === undefined
      ? {}
      : { schedule: withClock(await scheduleOf(args.schedule, cwd), args.fixClock === true) };
  if (args.fixClock === true && args.schedule === undefined)
    throw badRequest(
      "--fix-clock is for attempts under --schedule",
      "add --schedule search, or leave it out",
    );
  const request = { ...requestOf(args, runs), ...schedule };
  return { subject: subjectOf(args), request, commandLine: repeatable(argv) };
}

function withClock(schedule: ScheduleRequest, fix: boolean): ScheduleRequest {
  if (!fix) return schedule;
  if (schedule.rule === "hold")
    throw badRequest(
      "--fix-clock does not work with --schedule hold: threads run freely there",
      "use another rule, or leave it out",
    );
  return schedule.fixClock === undefined ? { ...schedule, fixClock: true } : schedule;
}
