import { stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { defineCommand } from "../cli/command.js";
import { campaignVerbFlags } from "../cli/flags/campaign-flags.js";
import { REFUSED_BY_PROGRAM_SEARCHES } from "../cli/flags/search-flags.js";
import { runProgramSearch, searchExitCode, type ProgramSearchArgs } from "../cli/program-search.js";
import { badRequest } from "../failure.js";

type ReduceArgs = ProgramSearchArgs & { minRate?: number; output?: string };

const KIND = "reduce";

export const reduce = defineCommand<ReduceArgs>({
  usage: "reduce [repro]",
  describe: "write a smaller repro that crashes in the same way",
  examples: [
    ["reduce crash.c", "the smallest program with the crash of crash.c"],
    [
      "reduce crash.c --env glibc-2.36 --contrast musl-1.2.3",
      "a program that crashes on one and is clean on the other",
    ],
    [
      "reduce flaky --min-rate 0.02 --output small",
      "into the folder small; a crash in one of fifty attempts is enough",
    ],
    ["reduce --resume latest", "go on with the reduction that was interrupted"],
  ],
  options: (yargs) =>
    campaignVerbFlags(
      yargs
        .option("contrast", {
          type: "string",
          array: true,
          requiresArg: true,
          group: "What:",
          describe: "environments where it must stay clean (default: the repro's environments where it is)",
        })
        .option("min-rate", {
          type: "number",
          requiresArg: true,
          group: "What:",
          describe: "rate that a candidate must crash at (default: nine tenths of the whole program's)",
        }),
      { interrupted: "a reduction", refused: REFUSED_BY_PROGRAM_SEARCHES },
    ).option("output", {
      type: "string",
      requiresArg: true,
      group: "Output:",
      describe: "folder for the smaller repro (default: its name and -reduced)",
    }) as never,
  refused: REFUSED_BY_PROGRAM_SEARCHES,
  async act(args, context) {
    const { reduce: carryOut } = await import("../search/reduce/reduce.js");
    const { result, extra } = await runProgramSearch(args, context, {
      kind: KIND,
      extra: ({ plan }) => extraOf(args, plan.repro.name, context.cwd),
      carryOut: (search, asked) => carryOut({ ...search, asked }),
    });
    const { details } = result;
    if (details.kind !== KIND) throw new TypeError(`the result of a reduction is of kind '${details.kind}'`);
    if (details.kept > 0) context.stderr.write(`The smaller repro: ${relative(context.cwd, extra.output)}\n`);
    // Nothing crashed: that is not what was expected.
    return details.tried === 0 && !context.signal.aborted ? 1 : searchExitCode(result, context);
  },
});

async function extraOf({ minRate, contrast = [], output }: ReduceArgs, name: string, cwd: string) {
  if (minRate !== undefined && !(minRate > 0 && minRate <= 1))
    throw badRequest(`--min-rate ${minRate}: not a rate between 0 and 1`, "for example: --min-rate 0.02");
  const path = resolve(cwd, output ?? `${name}-reduced`);
  if ((await stat(path).catch(() => null)) !== null)
    throw badRequest(
      `${relative(cwd, path)} is there already`,
      "name another folder (--output DIR), or go on with a reduction that was interrupted: vivarium reduce --resume latest",
    );
  return { contrast, minRate, output: path };
}
