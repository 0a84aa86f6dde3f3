import { defineCommand } from "../cli/command.js";
import { campaignVerbFlags } from "../cli/flags.js";
import { REFUSED_BY_PROGRAM_SEARCHES } from "../cli/search-flags.js";
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
    campaignVerbFlags(yargs, { interrupted: "an ablation", refused: REFUSED_BY_PROGRAM_SEARCHES }) as never,
  refused: REFUSED_BY_PROGRAM_SEARCHES,
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
