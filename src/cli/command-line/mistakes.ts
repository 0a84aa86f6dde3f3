import { badRequest, type Failure } from "../../failure.js";
import { didYouMean, nearestNames } from "../../manifest/nearest.js";
import type { Command } from "../command.js";

/** What yargs knows of a verb's options; each by its name and its aliases. */
export interface OptionTable {
  readonly key: Readonly<Record<string, unknown>>;
  readonly array: readonly string[];
  readonly boolean: readonly string[];
  readonly number: readonly string[];
  readonly alias: Readonly<Record<string, readonly string[]>>;
  readonly choices: Readonly<Record<string, readonly unknown[]>>;
  /** Options that want a value. */
  readonly narg: Readonly<Record<string, number>>;
}

type Args = Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] };

/** What yargs puts among the options itself. */
const OWN = new Set(["_", "$0", "--"]);

/**
 * Refuses what was mistyped, before yargs does: in words that say what to type instead. `words` is the command line, as
 * typed.
 */
export function checkWords(
  command: Command,
  args: Args,
  options: OptionTable,
  words: readonly string[],
): void {
  const typed = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  const known = new Set([...Object.keys(options.key), ...Object.values(options.alias).flat()]);
  for (const key of Object.keys(args)) {
    if (!OWN.has(key) && !known.has(key) && !isTwin(key, args, known))
      throw unknown(key, command, typed, options);
  }
  for (const key of Object.keys(options.key)) checkValue(key, args[key], typed, options);
  const [, extra] = args._;
  if (extra !== undefined) throw tooMany(String(extra), command, args);
}

/** `run` of `run [repro]`. */
export function verbOf({ usage }: Command): string {
  return usage.split(" ")[0] as string;
}

/** The first word that is no verb. `isRepro` tells whether it could be run. */
export function noSuchVerb(word: string, verbs: readonly string[], isRepro: boolean): Failure {
  const near = nearestNames(word, verbs);
  const remedy =
    isRepro && near.length === 0
      ? `vivarium run ${word}`
      : near.length > 0
        ? didYouMean(word, near)
        : `the verbs are: ${verbs.join(", ")}`;
  return badRequest(`no verb '${word}'`, remedy);
}

/** yargs' words for an option whose value is missing, else null. */
export function missingValue(message: string): Failure | null {
  const key = /^Not enough arguments following: (\S+)$/.exec(message)?.[1];
  return key === undefined
    ? null
    : badRequest(`${flag(key)}: its value is missing`, `write ${flag(key)} VALUE, or ${flag(key)}=VALUE`);
}

/** yargs adds `runOn` beside `run-on`: told once, as it was typed. */
function isTwin(key: string, args: Args, known: ReadonlySet<string>): boolean {
  const dashed = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return dashed !== key && (known.has(dashed) || dashed in args);
}

function unknown(key: string, command: Command, typed: readonly string[], options: OptionTable): Failure {
  const verb = verbOf(command);
  const at = typed.findIndex((word) => wordSets(word, key));
  const word = typed[at] ?? flag(key);
  const before = typed[at - 1] ?? "";
  // `--cflags -O2`: what begins with a dash is taken for an option.
  if (/^--?[a-z]/.test(before) && nameOf(before) in options.narg) {
    return badRequest(
      `${before} ${word}: a value that begins with a dash must be joined to its option`,
      `write ${before}=${word}`,
    );
  }
  const shown = word.split("=")[0] as string;
  const why = command.refused?.[key];
  if (why !== undefined)
    return badRequest(`${verb} takes no ${shown}: ${why}`, `vivarium ${verb} --help lists its options`);
  const names = Object.keys(options.key).filter((name) => name.length > 1);
  const near = nearestNames(key, names);
  return badRequest(
    `${verb} has no option ${shown}`,
    near.length > 0
      ? didYouMean(key, near).replace(/(did you mean | or )/g, "$1--")
      : `vivarium ${verb} --help lists its options`,
  );
}

function wordSets(word: string, key: string): boolean {
  const name = nameOf(word);
  return word.startsWith("--")
    ? name === key || name === `no-${key}`
    : word.startsWith("-") && word.includes(key);
}

function checkValue(key: string, value: unknown, typed: readonly string[], options: OptionTable): void {
  if (value === undefined) return;
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  if (values.length > 1 && !options.array.includes(key)) {
    throw badRequest(
      `${flag(key)}: given ${values.length} times`,
      "it takes one value: leave the others out",
    );
  }
  if (options.number.includes(key) && values.some((each) => Number.isNaN(each))) {
    throw badRequest(`${flag(key)} ${rawValue(key, typed)}: not a number`, `write it as ${flag(key)} 20`);
  }
  const choices = options.choices[key];
  for (const each of values) {
    if (choices === undefined || choices.includes(each)) continue;
    throw badRequest(
      `${flag(key)} ${String(each)}: not one of its values`,
      didYouMean(String(each), choices.map(String)),
    );
  }
}

function rawValue(key: string, typed: readonly string[]): string {
  const at = typed.findIndex((word) => wordSets(word, key));
  const word = typed[at] ?? "";
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : (typed[at + 1] ?? "");
}

function tooMany(extra: string, command: Command, args: Args): Failure {
  const verb = verbOf(command);
  const remedy = command.usage.includes("[repro]")
    ? `one repro at a time; several files make one in a folder: vivarium ${verb} ./FOLDER; arguments of the program: vivarium ${verb} ${String(args["repro"])} -- ${extra}`
    : `it is used so: vivarium ${command.usage}`;
  return badRequest(`unexpected argument '${extra}' for ${verb}`, remedy);
}

function nameOf(word: string): string {
  return word.replace(/^-+/, "").split("=")[0] as string;
}

function flag(key: string): string {
  return key.length === 1 ? `-${key}` : `--${key}`;
}
