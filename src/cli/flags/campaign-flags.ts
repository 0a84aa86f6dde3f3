import type { Argv } from "yargs";
import type { LockRequest } from "../../workspace/lock-file.js";
import type { Refused } from "../command.js";
import type { ArgsOf } from "./args-of.js";
import { engineFlags, lockFlags, spreadFlags, type EngineArgs } from "./engine-flags.js";
import { without, type FlagTable } from "./flag-table.js";
import { selectionFlags, type SelectionArgs } from "./selection-flags.js";

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
    describe: "stop after this time: 30s, 10m; beside --until-crashes: at the latest then",
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

/** The finished campaign that a verb is about. */
export function campaignId<A>(yargs: Argv<A>) {
  return yargs.positional("id", {
    type: "string",
    default: "latest",
    describe: "a campaign: its id or the beginning of it, its folder or result.json, or latest",
  });
}

export type CampaignArgs = ArgsOf<typeof campaignFlags<object>>;
/** What campaignVerbFlags declares, on one engine. */
export type CampaignVerbArgs = SelectionArgs &
  CampaignArgs &
  EngineArgs &
  LockRequest & { repro?: string; resume?: string; json?: boolean };
