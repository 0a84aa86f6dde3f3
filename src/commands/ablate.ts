import { defineCommand } from "../cli/command.js";
import { campaignVerbFlags } from "../cli/flags/campaign-flags.js";
import { REFUSED_BY_PROGRAM_SEARCHES } from "../cli/flags/search-flags.js";
import { runProgramSearch, searchExitCode, type ProgramSearchArgs } from "../cli/program-search.js";

type AblateArgs = ProgramSearchArgs & { into?: string };

const KIND = "ablate";

export const ablate = defineCommand<AblateArgs>({
  usage: "ablate [repro]",
  describe: "find what in a repro matters to its crash, part by part",
  examples: [
    ["ablate glibc-19341", "each statement, call, argument, loop and setting is left out in turn"],
    ["ablate golang-13470 --env glibc-2.31", "in another environment where it crashes"],
    [
      "ablate golang-13470 --into net.Dial",
      "what in net.Dial matters, and in what it calls, down to the last call",
    ],
    ["ablate --resume latest", "go on with the ablation that was interrupted"],
  ],
  options: (yargs) =>
    campaignVerbFlags(yargs, {
      interrupted: "an ablation",
      refused: REFUSED_BY_PROGRAM_SEARCHES,
    }).option("into", {
      type: "string",
      requiresArg: true,
      group: "What:",
      describe:
        "find what matters inside this function, of Go's tree or of the program, and in what it calls: net.Dial",
    }) as never,
  refused: REFUSED_BY_PROGRAM_SEARCHES,
  async act(args, context) {
    const { ablate: carryOut } = await import("../search/ablate/ablate.js");
    const { ablateInto } = await import("../search/into/into.js");
    const { result } = await runProgramSearch(args, context, {
      kind: KIND,
      extra: () => Promise.resolve(args.into === undefined ? {} : { into: args.into }),
      carryOut: (search, asked: { readonly into?: string }) =>
        asked.into === undefined ? carryOut(search) : ablateInto(search, asked.into),
    });
    const { details } = result;
    // Nothing crashed: that is not what was expected.
    const nothing = details.kind === KIND && details.whole.attempts === 0;
    return nothing && !context.signal.aborted ? 1 : searchExitCode(result, context);
  },
});
