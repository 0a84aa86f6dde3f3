import { printPlan } from "../plan/print.js";
import { defineCommand } from "../cli/command.js";
import { campaignFlags, type CampaignArgs } from "../cli/flags/campaign-flags.js";
import { selectionFlags, type SelectionArgs } from "../cli/flags/selection-flags.js";
import { askedOf } from "../cli/asked.js";
import { prepare } from "../request/prepare.js";

export const plan = defineCommand<SelectionArgs & CampaignArgs & { repro?: string; json?: boolean }>({
  usage: "plan [repro]",
  describe: "print what `run` would build and run, with every default filled in",
  examples: [
    ["plan golang-13470", "the plan of the main job"],
    ["plan golang-13470 --env 'glibc-*' --json", "the plan over every glibc, for programs"],
  ],
  options: (yargs) =>
    campaignFlags(selectionFlags(yargs))
      .positional("repro", { type: "string", describe: "name, folder or source file" })
      .option("json", { type: "boolean", group: "Output:", describe: "JSON on stdout" }) as never,
  async act(args, { argv, cwd, stdout }) {
    // A plan is the same whoever asks for it: without the command line, unlike a campaign's.
    const prepared = await prepare({ ...(await askedOf(args, argv, cwd)), commandLine: [] }, cwd);
    stdout.write(
      args.json === true ? `${JSON.stringify(prepared.plan, null, 2)}\n` : printPlan(prepared.plan),
    );
    return 0;
  },
});
