import { relative } from "node:path";
import { badRequest } from "../failure.js";
import { askedOf } from "../cli/asked.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { campaignVerbFlags, type CampaignVerbArgs } from "../cli/flags/campaign-flags.js";
import { REFUSED_BY_SEARCHES } from "../cli/flags/search-flags.js";
import { openEngine } from "../cli/open-engine.js";
import { openProgress } from "../cli/open-progress.js";
import { tellResume } from "../cli/tell-resume.js";
import { showSearch } from "../cli/summary.js";
import { snapshotArchive } from "../campaign/snapshot-archive.js";
import { SEARCH_FORMATS } from "../report/search/formats.js";
import type { SearchResult } from "../result/search/search-result.js";
import { loadCatalogue } from "../request/shelves.js";
import { openBisect, type BisectRequest } from "../search/bisect/open-bisect.js";
import { FINDS, type Find } from "../search/strategy/bisect/options.js";
import { openLockFile } from "../workspace/lock-file.js";

type BisectArgs = CampaignVerbArgs & { over?: string; find?: Find; confidence: number };

export const bisect = defineCommand<BisectArgs>({
  usage: "bisect [repro]",
  describe:
    "find the change that did it: a version, a commit, a hunk or a flag; also for a crash in one of a hundred runs",
  examples: [
    ["bisect glibc-19341 --over 'glibc-*' --find fixed", "the glibc in which it stopped"],
    ["bisect crash.c --over '.@v1.2..v1.3'", "the commit of the repository that crash.c lies in"],
    [
      "bisect musl-popen --over 'musl@v1.2.2..v1.2.3' --find fixed --source musl=../musl",
      "the commit of a libc that is built from source",
    ],
    ["bisect crash.c --over fix.diff --find fixed", "the hunk that matters"],
    ["bisect crash.c --over 'cflags=-O0,-O1,-O2'", "the flag from which on it differs"],
    ["bisect --resume latest", "go on with the bisection that was interrupted"],
  ],
  options: (yargs) =>
    campaignVerbFlags(
      yargs
        .option("over", {
          type: "string",
          requiresArg: true,
          group: "What:",
          describe:
            "versions ('glibc-*'), commits of a --source ('musl@A..B'; '.@good..bad' of your own project), a diff, or values (cflags=-O0,-O2)",
        })
        .option("find", {
          choices: FINDS,
          group: "What:",
          describe:
            "the change that introduced it, fixed it, or changed its rate (default: introduced; of a diff or values: changed)",
        }),
      {
        takes: "name, folder, source file or program",
        interrupted: "a bisection",
        refused: REFUSED_BY_SEARCHES,
      },
    ).option("confidence", {
      type: "number",
      requiresArg: true,
      default: 0.99,
      group: "How long:",
      describe: "probability at which a change is named",
    }) as never,
  refused: REFUSED_BY_SEARCHES,
  async act(args, context) {
    const { search, territory, request, find } = await openBisect(
      await what(args, context),
      await loadCatalogue(),
      context.cwd,
    );
    const progress = openProgress(args.progress, context);
    const ended = tellResume("bisect", search.header.id, progress, context);
    let result: SearchResult;
    try {
      const engine = await openEngine(args, context);
      const { runBisect } = await import("../search/bisect/run-bisect.js");
      const settings = {
        engine,
        sink: progress.sink,
        signal: context.signal,
        base: args.base,
        platform: args.platform,
        snapshotArchive: snapshotArchive(args, context.cwd),
        pins: await openLockFile(search.home, args),
      };
      const { asked, over, confidence, cap } = request;
      result = await runBisect({
        search,
        territory,
        find,
        engine,
        settings,
        over,
        confidence,
        cap,
        request: asked.request,
      });
    } finally {
      ended();
      progress.close();
      await search.close();
    }
    if (args.json === true) context.stdout.write(SEARCH_FORMATS.json.render(result));
    else showSearch(result, relative(context.cwd, search.folder), context);
    return result.complete ? exitCode(result) : 130;
  },
});

/** 0 a change was found, and confirmed; 1 there is nothing to find; 3 it could not be told. */
function exitCode({ verdict }: SearchResult): number {
  return { found: 0, none: 1, undecided: 3 }[verdict];
}

const CAP = 20_000;

/** What flags ask for; or the search to go on with, as it began. */
async function what(
  args: BisectArgs,
  { argv, cwd }: CliContext,
): Promise<{ readonly resume: string } | BisectRequest> {
  if (args.resume !== undefined) return { resume: args.resume };
  if (args.over === undefined) {
    throw badRequest(
      "--over is missing: what is to be bisected",
      "for example: --over 'glibc-*', --over '.@good..bad', --over fix.diff",
    );
  }
  if (args.over.startsWith(".@") && args.repro === undefined) {
    throw badRequest(
      `--over ${args.over}: which program shows the crash?`,
      `name it: vivarium bisect . --over ${args.over} for a project with its own build, or a source file in the place of the dot`,
    );
  }
  if (!(args.confidence > 0.5 && args.confidence < 1)) {
    throw badRequest(
      `--confidence ${args.confidence}: not between 0.5 and 1`,
      "for example: --confidence 0.99",
    );
  }
  return {
    asked: await askedOf(args, argv, cwd),
    over: args.over,
    sources: args.source ?? [],
    find: args.find ?? null,
    confidence: args.confidence,
    cap: args.cap ?? CAP,
  };
}
