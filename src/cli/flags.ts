import type { Argv } from "yargs";
import type { ArgsOf } from "./args-of.js";

export { engineFlags, lockFlags, type EngineArgs } from "./engine-flags.js";
import { sourceFlags } from "./source-flags.js";

/** What is built and run. */
export function selectionFlags<T>(yargs: Argv<T>) {
  return sourceFlags(yargs)
    .option("env", {
      alias: ["e", "environment"],
      type: "string",
      array: true,
      requiresArg: true,
      group: "What:",
      describe: "environments: names, patterns, lists; ! excludes",
    })
    .option("variant", {
      type: "string",
      requiresArg: true,
      group: "What:",
      describe: "variant of the repro",
    })
    .option("across", {
      type: "string",
      array: true,
      choices: ["variants", "link"] as const,
      group: "What:",
      describe: "further axes of the matrix",
    })
    .option("run-on", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "What:",
      describe: "run each binary in these environments, too: version skew",
    })
    .option("perturb", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "What:",
      describe: "repeat under named conditions, or all",
    })
    .option("expect", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "What:",
      describe: "what counts as the bug: signal=SIGSEGV, exit=1, timeout, frame=NAME, output=REGEX",
    })
    .option("link", {
      choices: ["static", "dynamic"] as const,
      group: "Build:",
      describe: "how the program is linked",
    })
    .option("cc", { choices: ["gcc", "clang"] as const, group: "Build:", describe: "C and C++ compiler" })
    .option("cflags", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "Build:",
      describe: "added to the compiler's flags",
    })
    .option("ldflags", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "Build:",
      describe: "added to the linker's flags",
    })
    .option("goflags", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "Build:",
      describe: "added to go build's flags",
    })
    .option("cgo", { type: "boolean", group: "Build:", describe: "CGO_ENABLED for Go" })
    .option("sanitize", {
      type: "string",
      array: true,
      choices: ["address", "undefined", "thread"] as const,
      group: "Build:",
      describe: "sanitizers (glibc, dynamic)",
    })
    .option("prebuilt", { type: "boolean", group: "Build:", describe: "the repro is a compiled program" })
    .option("arg", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "Run:",
      describe: "argument of the program",
    })
    .option("env-var", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "Run:",
      describe: "NAME=VALUE for the program",
    })
    .option("file", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "Run:",
      describe: "SRC:DEST, laid over the container's root",
    })
    .option("stdin", {
      type: "string",
      requiresArg: true,
      group: "Run:",
      describe: "a file, given on standard input",
    })
    .option("user", { type: "string", requiresArg: true, group: "Run:", describe: "uid or uid:gid" })
    .option("timeout", {
      type: "string",
      requiresArg: true,
      group: "Run:",
      describe: "time limit of one attempt: 10s",
    })
    .option("stack", {
      type: "string",
      requiresArg: true,
      group: "Run:",
      describe: "stack limit: 8MiB, unlimited",
    })
    .option("memory", {
      type: "string",
      requiresArg: true,
      group: "Run:",
      describe: "memory of the container: 512MiB, for Go 1536MiB",
    })
    .option("schedule", {
      type: "string",
      requiresArg: true,
      group: "Run:",
      describe: "one thread at a time: random, pct=DEPTH, preempt=SWITCHES, or a schedule's file",
    })
    .option("network", {
      choices: ["none", "bridge"] as const,
      group: "Run:",
      describe: "loosens the sandbox; named in the result",
    })
    .option("cap-add", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "Run:",
      describe: "loosens the sandbox; named in the result",
    });
}

/** How long a campaign goes on, and how it is compared. */
export function campaignFlags<T>(yargs: Argv<T>) {
  return yargs
    .option("runs", {
      alias: "n",
      type: "number",
      requiresArg: true,
      group: "How long:",
      describe: "attempts in each environment (default 25)",
    })
    .option("until-crashes", {
      type: "number",
      requiresArg: true,
      group: "How long:",
      describe: "stop each environment after this many crashes",
    })
    .option("for", {
      type: "string",
      requiresArg: true,
      group: "How long:",
      describe: "for a time: 30s, 10m",
    })
    .option("until-decided", {
      type: "boolean",
      group: "How long:",
      describe: "until --rate is excluded, or environments are told apart",
    })
    .option("rate", {
      type: "number",
      requiresArg: true,
      group: "How long:",
      describe: "the rate that --until-decided decides about",
    })
    .option("detect", {
      type: "number",
      requiresArg: true,
      group: "How long:",
      describe: "as many attempts as show a crash of this rate with 95 %",
    })
    .option("cap", {
      type: "number",
      requiresArg: true,
      group: "How long:",
      describe: "most attempts of an environment (default 100000)",
    })
    .option("parallel", {
      alias: "p",
      type: "number",
      requiresArg: true,
      group: "How long:",
      describe: "attempts at a time (default: cores)",
    })
    .option("seed", {
      type: "number",
      requiresArg: true,
      group: "How long:",
      describe: "seed of the order of attempts",
    })
    .option("captures", {
      type: "number",
      requiresArg: true,
      group: "How long:",
      describe: "native captures of each signature (0: no gdb)",
    })
    .option("baseline", {
      type: "string",
      requiresArg: true,
      group: "What:",
      describe: "environment that the others are compared with",
    })
    .option("all-pairs", { type: "boolean", group: "What:", describe: "compare every two environments" });
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
