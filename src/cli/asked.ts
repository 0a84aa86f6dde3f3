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
  const schedule = args.schedule === undefined ? {} : { schedule: await scheduleOf(args.schedule, cwd) };
  const request = { ...requestOf(args, runs), ...schedule };
  return { subject: subjectOf(args), request, commandLine: repeatable(argv) };
}
