import type { Argv } from "yargs";
import type { Refused } from "../command.js";
import type { ArgsOf } from "./args-of.js";
import { BUILD } from "./build-flags.js";
import { without, type FlagTable } from "./flag-table.js";
import { sourceFlags } from "./source-flags.js";

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
    describe: "who runs when: search, hold, random, pct=DEPTH, preempt=SWITCHES, or a schedule's file",
  },
  "fix-clock": {
    type: "boolean",
    group: "Run:",
    describe: "with --schedule: time of day and random numbers come again when it is played",
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
  "send-signal": {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Run:",
    describe: "a signal for the program, at a time after its start: TERM@200ms",
  },
  "add-host": {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Run:",
    describe: "NAME:ADDRESS for the container's /etc/hosts: db.example:127.0.0.1",
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

/** What is built and run, but for the flags of `refused`. */
export function selectionFlags<T>(yargs: Argv<T>, refused: Refused = {}) {
  return sourceFlags(yargs)
    .options(without(WHAT, refused))
    .options(without(BUILD, refused))
    .options(without(RUN, refused));
}

/** In which environment a crash of elsewhere is looked at, and with which files and packages. */
export function placeFlags<T>(yargs: Argv<T>) {
  return yargs.options({ env: WHAT.env, file: RUN.file, package: BUILD.package });
}

export type SelectionArgs = ArgsOf<typeof selectionFlags<object>>;
