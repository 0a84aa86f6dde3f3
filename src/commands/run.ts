import { relative } from "node:path";
import { Failure } from "../failure.js";
import type { Result } from "../result/result.js";
import { tellFailures } from "./build.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { campaignVerbFlags, type CampaignVerbArgs } from "../cli/flags/campaign-flags.js";
import type { SpreadArgs } from "../cli/flags/engine-flags.js";
import { askedOf } from "../cli/asked.js";
import { openProgress } from "../cli/open-progress.js";
import { settingOf } from "../cli/setting-of.js";
import { continueCampaign, startCampaign } from "../campaign/start.js";

type RunArgs = CampaignVerbArgs & SpreadArgs & { bisectExit?: boolean };

export const run = defineCommand<RunArgs>({
  usage: "run [repro]",
  describe: "reproduce a crash: build, run, count, explain, compare",
  examples: [
    ["run golang-13470", "the main job: glibc 2.36 crashes, musl does not"],
    ["run golang-13470 --env 'glibc-*,musl-*' --runs 50", "the same over nine libcs, compared"],
    ["run crash.c --link dynamic --until-crashes 5", "a C file of your own, until it crashed five times"],
    ["run ./a.out --prebuilt", "a compiled program, where its loader is"],
    ["run -- getent passwd root", "a command of the environment's image"],
    ["run race.c --schedule random --until-crashes 1", "a rare race: vivarium chooses who runs when"],
    ["run --resume latest", "go on with the campaign that was interrupted"],
  ],
  options: (yargs) =>
    campaignVerbFlags(yargs, {
      takes: "name, folder, source file or program",
      interrupted: "a campaign",
      spreads: true,
    }).option("bisect-exit", {
      type: "boolean",
      group: "Output:",
      describe: "exit codes for `git bisect run`: 0 good, 1 bad, 125 cannot tell",
    }) as never,
  async act(args, context) {
    if (args.bisectExit !== true) return act(args, context);
    // For git bisect, bad is "the bug is there"; what could not be found out must not be taken for good or bad.
    return act(args, context).catch((failure: unknown) => {
      if (failure instanceof Failure && failure.kind === "interrupted") throw failure;
      context.stderr.write(`vivarium: ${(failure as Error).message}\n`);
      return 125;
    });
  },
});

async function act(args: RunArgs, context: CliContext): Promise<number> {
  const progress = openProgress(args.progress, context);
  const setting = settingOf(args, context, progress);
  // A campaign goes on as it began: then no flag can change it.
  const campaign = async () =>
    args.resume === undefined
      ? startCampaign(await askedOf(args, context.argv, context.cwd), setting)
      : continueCampaign(args.resume, setting);
  const { result, folder, failures } = await campaign().finally(() => progress.close());
  // Renderers are here by now; at the start, they would only have been waited for.
  if (args.json === true) context.stdout.write((await import("../report/json.js")).json(result));
  else (await import("../cli/summary.js")).showSummary(result, relative(context.cwd, folder), context);
  // Of what could not be built a summary has told; JSON is for programs.
  const untold = [...failures].filter(([, { kind }]) => args.json === true || kind !== "request");
  tellFailures(untold, context.stderr);
  if (context.signal.aborted) {
    context.stderr.write(`interrupted; what was done is kept: vivarium run --resume ${result.id}\n`);
    return 130;
  }
  if (!result.complete && failures.size === 0) {
    const nothing = result.environments.every(({ attempts }) => attempts === 0);
    const done = nothing ? "nothing was counted. When the cause is mended" : "what was done is kept";
    context.stderr.write(`not complete; ${done}: vivarium run --resume ${result.id}\n`);
  }
  const failed = Math.max(
    0,
    ...[...failures.values()].flatMap(({ kind, exitCode: code }) => (kind === "request" ? [] : [code])),
  );
  return args.bisectExit === true ? bisectCode(result) : Math.max(failed, exitCode(result));
}

/** 0 as expected, 1 not as expected, 3 where it could not be settled. */
export function exitCode(result: Result): number {
  const expectations = result.environments.flatMap(({ expectation }) => expectation ?? []);
  if (expectations.some(({ met }) => met === false)) return 1;
  if (
    !result.complete ||
    isUnbuilt(result) ||
    wasNothingToSchedule(result) ||
    expectations.some(({ met }) => met === null)
  )
    return 3;
  return 0;
}

/** Whether an environment says nothing of what was asked: a search of schedules for a program that has one thread. */
function wasNothingToSchedule({ environments }: Result): boolean {
  return environments.some(
    ({ nothingToSchedule, rate }) => nothingToSchedule === true && (rate === null || rate.estimate === 0),
  );
}

/** Whether a build failed that nobody knew to be hopeless. */
function isUnbuilt({ environments }: Result): boolean {
  return environments.some(({ notBuilt }) => notBuilt?.foreseen === false);
}

/** 1 where the bug was counted in any environment, 125 where nothing can be said, else 0. */
export function bisectCode(result: Result): number {
  if (result.environments.some(({ rate }) => rate !== null && rate.estimate > 0)) return 1;
  return result.complete && !isUnbuilt(result) ? 0 : 125;
}
