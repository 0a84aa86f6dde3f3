import type { Asked } from "../request/prepare.js";
import { subjectOf, type NamedRepro } from "../request/subject.js";
import type { CampaignArgs, SelectionArgs } from "./flags.js";
import { repeatable } from "./repeatable.js";
import { requestOf } from "./request-of.js";
import { runsOf } from "./runs.js";

/** What a command line asks for; `argv` is that command line, as typed. Throws a Failure("request"). */
export async function askedOf(
  args: SelectionArgs & Partial<CampaignArgs> & NamedRepro,
  argv: readonly string[],
): Promise<Asked> {
  const runs = await runsOf(args);
  return { subject: subjectOf(args), request: requestOf(args, runs), commandLine: repeatable(argv) };
}
