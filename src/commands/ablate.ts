import { defineCommand } from "../cli/command.js";
import { campaignFlags, engineFlags, lockFlags, selectionFlags } from "../cli/flags.js";
import { runProgramSearch, searchExitCode, type ProgramSearchArgs } from "../cli/program-search.js";

const KIND = "ablate";

export const ablate = defineCommand<ProgramSearchArgs>({
  usage: "ablate [repro]",
  describe: "find what in a repro matters to its crash, part by part",
  examples: [
    ["ablate glibc-19341", "each statement, call, argument, loop and setting is left out in turn"],
    ["ablate golang-13470 --env glibc-2.31", "in another environment where it crashes"],
    ["ablate --resume latest", "go on with the ablation that was interrupted"],
  ],
  options: (yargs) =>
    lockFlags(engineFlags(campaignFlags(selectionFlags(yargs))))
      .positional("repro", { type: "string", describe: "name, folder or source file" })
      .option("resume", {
        type: "string",
        requiresArg: true,
        group: "How long:",
        describe: "go on with an ablation: its id, or latest",
      })
      .option("json", {
        type: "boolean",
        group: "Output:",
        describe: "the result alone, as JSON, on stdout",
      }) as never,
  async act(args, context) {
    const { ablate: carryOut } = await import("../search/ablate/ablate.js");
    const { result } = await runProgramSearch(args, context, {
      kind: KIND,
      extra: () => Promise.resolve({}),
      carryOut: (search) => carryOut(search),
    });
    const { details } = result;
    // Nothing crashed: that is not what was expected.
    const nothing = details.kind === KIND && details.whole.attempts === 0;
    return nothing && !context.signal.aborted ? 1 : searchExitCode(result, context);
  },
});
