import yargs, { type Argv } from "yargs";
import { Failure } from "../failure.js";
import { ASK, type CliContext, type Command } from "./command.js";
import { configuration } from "./command-line/configuration.js";
import { checkWords, missingValue, noSuchVerb, type OptionTable } from "./command-line/mistakes.js";
import { VERSION } from "../workspace/package.js";
import { joinedValues } from "./command-line/joined-values.js";
import { loadVerbs, VERBS } from "./verbs.js";

/** Parses the command line and calls its verb; resolves with the exit code. Throws a Failure for what was mistyped. */
export async function dispatch(typed: readonly string[], context: CliContext): Promise<number> {
  if (typed[0] === ASK) return complete(typed.slice(1), context);
  // Asked by scripts: no verb has to be loaded for it.
  if (typed.length === 1 && typed[0] === "--version") {
    context.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const argv = joinedValues(typed);
  const verbs = await loadVerbs(await verbIn(argv, context.cwd));
  const defaults = await configuration(argv, context);
  let act = (): Promise<number> => Promise.resolve(0);
  const parser = base(argv, context).strict();
  for (const verb of verbs) {
    parser.command(
      verb.usage,
      verb.describe,
      (own) => checked(verb, verb.options(own as never), argv, defaults),
      // Called below: yargs must not see its failures as faults of the command line.
      (args) => void (act = () => verb.act(args as never, context)),
    );
  }
  await parse(parser, argv, context);
  return act();
}

/** Prints the words that fit what a shell has so far, one a line. */
async function complete(words: readonly string[], context: CliContext): Promise<number> {
  const names = await (await import("../commands/completion.js")).namesFor(words, context.cwd);
  if (names !== null) {
    context.stdout.write(names.map((name) => `${name}\n`).join(""));
    return 0;
  }
  const line = ["--get-yargs-completions", ...words];
  const parser = base(line, context).strict(false);
  for (const verb of await loadVerbs())
    parser.command(verb.usage, verb.describe, (own) => verb.options(own as never));
  await parse(parser, line, context);
  return 0;
}

/** What every command line may say. */
function base(line: readonly string[], { stdout }: CliContext): Argv {
  return yargs([...line])
    .scriptName("vivarium")
    .usage(
      "$0 <verb>\n\nKeeps a crash alive in containers: does it crash here, how often, why, in which libc and Go?",
    )
    .locale("en")
    .parserConfiguration({ "populate--": true, "greedy-arrays": false, "dot-notation": false })
    .option("config", {
      type: "string",
      requiresArg: true,
      describe: "configuration file (default: vivarium.config.yaml)",
    })
    .option("debug", { type: "boolean", describe: "show stack traces of vivarium's own errors" })
    .version(VERSION)
    .help()
    .alias("help", "h")
    .wrap(Math.min(100, stdout.columns ?? 80))
    .epilogue(
      "Exit codes: 0 done and as expected, 1 not as expected, 2 wrong request, 3 no verdict, 130 interrupted.",
    )
    .exitProcess(false)
    .fail((message, error) => {
      const text = message ?? error?.message ?? "";
      if (error !== undefined && error !== null && error.name !== "YError") throw error;
      throw missingValue(text) ?? new Failure("request", text, "vivarium VERB --help shows what there is");
    });
}

/** A verb's options with its examples, what a configuration says of them, and a check of what was typed. */
function checked(
  verb: Command,
  given: Argv<Record<string, unknown>>,
  argv: readonly string[],
  defaults: Readonly<Record<string, unknown>>,
): Argv<Record<string, unknown>> {
  const options = optionsOf(given);
  if (wantsHelp(argv)) for (const [line, what] of verb.examples) given.example(`$0 ${line}`, what);
  // yargs lays out the help of whatever verb it calls, a tenth of a run; hidden options cost nothing.
  else for (const name of Object.keys(options.key)) given.hide(name);
  // A configuration may speak of options that this verb does not have.
  const ours = Object.entries(defaults).filter(([name]) => name in options.key);
  const check = (args: object) => checkWords(verb, args as never, options, argv);
  return given.config(Object.fromEntries(ours)).middleware(check as never, true);
}

/** Lets yargs read the line. Its own words (help, version, completions) go where the command's would. */
async function parse(parser: Argv, line: readonly string[], { stdout }: CliContext): Promise<void> {
  await parser.parseAsync([...line], {}, (_error, _args, output) => {
    if (output !== "") stdout.write(`${output}\n`);
  });
}

/** Whether help may be printed: what stands after `--` is the program's own. */
function wantsHelp(argv: readonly string[]): boolean {
  const own = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  return own.some((word) => /^(--help|-\w*h)/.test(word));
}

/**
 * The verb, which must be the first word: yargs' own message for one that is none does not say what to type. Undefined
 * where help on all of them is asked for.
 */
async function verbIn(argv: readonly string[], cwd: string): Promise<string | undefined> {
  const own = argv.filter((word, i) => argv[i - 1] !== "--config" || word.startsWith("-"));
  const word = own.find((each) => !each.startsWith("-"));
  if (word === undefined) {
    if (own.some((each) => ["--help", "-h", "--version"].includes(each))) return undefined;
    throw new Failure(
      "request",
      "no verb was given",
      "for example: vivarium run golang-13470; vivarium --help shows them all",
    );
  }
  if (VERBS.some((verb) => verb === word)) return word;
  const { loadRepro } = await import("../manifest/load.js");
  const { shelves } = await import("../request/shelves.js");
  const isRepro = (await loadRepro(word, shelves(cwd), cwd).catch(() => null)) !== null;
  throw noSuchVerb(word, VERBS, isRepro);
}

/** Public, but not among yargs' types. */
function optionsOf(parser: unknown): OptionTable {
  return (parser as { getOptions(): OptionTable }).getOptions();
}
