import type { Argv, Options } from "yargs";
import type { ArgsOf } from "./args-of.js";
import { BUILD } from "./build-flags.js";
import { engineFlags, lockFlags, spreadFlags, type EngineArgs } from "./engine-flags.js";
import { sourceFlags } from "./source-flags.js";
import type { Refused } from "./command.js";
import type { LockRequest } from "../workspace/lock-file.js";

export { engineFlags, lockFlags, spreadFlags, type EngineArgs, type SpreadArgs } from "./engine-flags.js";

type FlagTable = Readonly<Record<string, Options>>;

/** Which programs and environments, and what counts as the bug. */
const WHAT = {
  env: {
    alias: ["e", "environment"],
    type: "string",
    array: true,
    requiresArg: true,
    group: "What:",
    describe: "environments: names, patterns, lists; ! excludes",
  },
  variant: {
    type: "string",
    requiresArg: true,
    group: "What:",
    describe: "variant of the repro",
  },
  across: {
    type: "string",
    array: true,
    choices: ["variants", "link"],
    group: "What:",
    describe: "further axes of the matrix",
  },
  "run-on": {
    type: "string",
    array: true,
    requiresArg: true,
    group: "What:",
    describe: "run each binary in these environments, too: version skew",
  },
  perturb: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "What:",
    describe: "repeat under named conditions, or all",
  },
  expect: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "What:",
    describe: "what counts as the bug: signal=SIGSEGV, exit=1, timeout, frame=NAME, output=REGEX",
  },
} as const satisfies FlagTable;

/** How the program is run. */
const RUN = {
  arg: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Run:",
    describe: "argument of the program",
  },
  "env-var": {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Run:",
    describe: "NAME=VALUE for the program",
  },
  file: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Run:",
    describe: "SRC:DEST, laid over the container's root",
  },
  stdin: {
    type: "string",
    requiresArg: true,
    group: "Run:",
    describe: "a file for standard input",
  },
  user: { type: "string", requiresArg: true, group: "Run:", describe: "uid or uid:gid" },
  timeout: {
    type: "string",
    requiresArg: true,
    group: "Run:",
    describe: "time limit of one attempt: 10s",
  },
  stack: {
    type: "string",
    requiresArg: true,
    group: "Run:",
    describe: "stack limit: 8MiB, unlimited",
  },
  memory: {
    type: "string",
    requiresArg: true,
    group: "Run:",
    describe: "memory of the container: 512MiB, for Go 1536MiB",
  },
  schedule: {
    type: "string",
    requiresArg: true,
    group: "Run:",
    describe: "one thread at a time: search, random, pct=DEPTH, preempt=SWITCHES, or a schedule's file",
  },
  tty: {
    type: "boolean",
    group: "Run:",
    describe: "give the program a terminal; the file of --stdin is typed there",
  },
  directory: {
    type: "string",
    requiresArg: true,
    group: "Run:",
    describe: "folder of the repro that the program runs in (default: an empty one)",
  },
  limit: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Run:",
    describe: "limits of an attempt: files=4096, processes=64, tmp=1MiB",
  },
  locale: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Run:",
    describe: "a locale that is made in glibc environments: de_DE.UTF-8",
  },
  network: {
    choices: ["none", "bridge"],
    group: "Run:",
    describe: "loosens the sandbox; named in the result",
  },
  "cap-add": {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Run:",
    describe: "loosens the sandbox; named in the result",
  },
} as const satisfies FlagTable;

/** How long a campaign goes on, and how it is compared. */
const CAMPAIGN = {
  runs: {
    alias: "n",
    type: "number",
    requiresArg: true,
    group: "How long:",
    describe: "attempts in each environment (default 25)",
  },
  "until-crashes": {
    type: "number",
    requiresArg: true,
    group: "How long:",
    describe: "stop each environment after this many crashes",
  },
  for: {
    type: "string",
    requiresArg: true,
    group: "How long:",
    describe: "stop after this time: 30s, 10m",
  },
  "until-decided": {
    type: "boolean",
    group: "How long:",
    describe: "stop when --rate is excluded, or when environments differ",
  },
  rate: {
    type: "number",
    requiresArg: true,
    group: "How long:",
    describe: "the rate that --until-decided decides about",
  },
  detect: {
    type: "number",
    requiresArg: true,
    group: "How long:",
    describe: "as many attempts as it takes to see a crash of this rate with 95 %",
  },
  cap: {
    type: "number",
    requiresArg: true,
    group: "How long:",
    describe: "most attempts of an environment (default 100000)",
  },
  parallel: {
    alias: "p",
    type: "number",
    requiresArg: true,
    group: "How long:",
    describe: "attempts at a time (default: cores)",
  },
  seed: {
    type: "number",
    requiresArg: true,
    group: "How long:",
    describe: "seed of the order of attempts",
  },
  captures: {
    type: "number",
    requiresArg: true,
    group: "How long:",
    describe: "native captures of each signature (0: no gdb)",
  },
  baseline: {
    type: "string",
    requiresArg: true,
    group: "What:",
    describe: "environment that the others are compared with",
  },
  "all-pairs": { type: "boolean", group: "What:", describe: "compare every two environments" },
} as const satisfies FlagTable;

/** What is built and run, but for the flags of `refused`. */
export function selectionFlags<T>(yargs: Argv<T>, refused: Refused = {}) {
  return sourceFlags(yargs)
    .options(without(WHAT, refused))
    .options(without(BUILD, refused))
    .options(without(RUN, refused));
}

/** In which environment a crash of elsewhere is looked at, and with which files. */
export function placeFlags<T>(yargs: Argv<T>) {
  return yargs.options({ env: WHAT.env, file: RUN.file });
}

/** How long a campaign goes on, and how it is compared. */
export function campaignFlags<T>(yargs: Argv<T>, refused: Refused = {}) {
  return yargs.options(without(CAMPAIGN, refused));
}

/** What a verb says of its own in the flags that it shares with others. */
export interface CampaignVerb {
  /** What the repro may be. */
  readonly takes?: string;
  /** What --resume goes on with. */
  readonly interrupted: string;
  /** Flags that the verb has no use for. */
  readonly refused?: Refused;
  /** Its attempts can be spread over several engines, or a swarm. */
  readonly spreads?: boolean;
}

/** All that a verb takes that makes campaigns of a program: run, bisect, ablate, reduce, fix. */
export function campaignVerbFlags<T>(yargs: Argv<T>, verb: CampaignVerb) {
  const { takes = "name, folder or source file", interrupted, refused = {}, spreads = false } = verb;
  const engines = spreads ? spreadFlags : engineFlags;
  return lockFlags(engines(campaignFlags(selectionFlags(yargs, refused), refused)))
    .positional("repro", { type: "string", describe: takes })
    .options({
      resume: {
        type: "string",
        requiresArg: true,
        group: "How long:",
        describe: `go on with ${interrupted}: its id, or latest`,
      },
      json: { type: "boolean", group: "Output:", describe: "the result alone, as JSON, on stdout" },
    });
}

/** A table without the flags that a verb has no use for; their types stay, as what is never given. */
function without<T extends FlagTable>(table: T, refused: Refused): T {
  return Object.fromEntries(Object.entries(table).filter(([name]) => !(name in refused))) as T;
}

/** The finished campaign that a verb is about. */
export function campaignId<A>(yargs: Argv<A>) {
  return yargs.positional("id", {
    type: "string",
    default: "latest",
    describe: "a campaign: its id or the beginning of it, its folder or result.json, or latest",
  });
}

export type SelectionArgs = ArgsOf<typeof selectionFlags<object>>;
export type CampaignArgs = ArgsOf<typeof campaignFlags<object>>;
/** What campaignVerbFlags declares, on one engine. */
export type CampaignVerbArgs = SelectionArgs &
  CampaignArgs &
  EngineArgs &
  LockRequest & { repro?: string; resume?: string; json?: boolean };
