import { count } from "../text/count.js";
import { counted, percent } from "../text/numbers.js";
import { code, codes, say, together, words, type Phrase } from "../text/phrase.js";
import { shownName } from "../crash/symbol.js";
import { lambdaTitle } from "../crash/frames/native-story.js";
import type { Frame } from "../crash/evidence.js";
import type { EnvironmentRecord, Result, SignatureRecord } from "../result/result.js";
import { sameCrashes, type SameCrash } from "../result/same-crash.js";
import { faultAddress } from "../crash/fault-address.js";
import { crashedThread } from "./evidence/native.js";

function program(result: Result): Phrase {
  const { name, variant } = result.plan.repro;
  const links = [...new Set(result.environments.flatMap(({ binary }) => binary?.link ?? []))];
  const linked =
    links.length === 1 ? ` (${links[0] === "static" ? "statically" : "dynamically"} linked)` : "";
  return variant === null
    ? say`${code(name)}${linked}`
    : say`${code(name)}, variant ${code(variant)}${linked},`;
}

/** An address below this is an offset from null, and the same in every run; one above it is of this run alone. */
const SMALL = 0x10000n;

/** A title of ours (src/crash/signature.ts). */
const HANG = /^hang( of a child process(?: \(.+?\))?)?(?: \([^()]{1,40}\))? in (.+)$/s;

/** What a program said last, in a title of ours, and, where gdb saw one, what its child died of. */
const SAID = /^exit status \d+: (.+)$/s;
const OF_CHILD = /^exit status \d+(?:: (.+))?, after a child's (.+)$/s;

/** Ends that their title tells in words; the innermost frame is only how the process was ended. */
const ENDS: ReadonlySet<string> = new Set(["abort", "out-of-memory", "sanitizer", "stack-overflow"]);

function endsInWords({ best: { title, signal, evidence } }: SameCrash): boolean {
  if (evidence.explanation !== null) return ENDS.has(evidence.explanation.kind);
  return evidence.siginfo === null && title !== signal;
}

/** What comes behind the title is set off from a clause of its own. */
function byTitle(title: string): Phrase {
  return say`${code(title)}${title.includes(", ") ? "," : ""}`;
}

/** `crashes with SIGSEGV at address 0xe5 in internal_getpwuid_r (compat-pwd.c:920)`. */
function ending(crash: SameCrash): Phrase {
  if (isOfService(crash.best)) return say`ends clean, but ${code(crash.best.title)}`;
  switch (crash.best.outcome) {
    case "timeout":
      return hanging(crash.best);
    case "exit":
      return exiting(crash.best);
    default:
      return endsInWords(crash) ? say`crashes with ${byTitle(crash.best.title)}` : crashing(crash.best);
  }
}

/** Whether the program ended well, and a service beside it did not. */
function isOfService({ title, evidence }: SignatureRecord): boolean {
  return evidence.explanation?.kind === "service" && title.startsWith("service ");
}

function hanging({ evidence, title }: SignatureRecord): Phrase {
  if (title.startsWith("deadlock: ")) return say`ends in a deadlock`;
  const [, child, place] = (evidence.explanation?.kind === "hang" ? HANG.exec(title) : null) ?? [];
  if (place === undefined) return say`runs into its time limit`;
  if (child === undefined) return say`hangs in ${byTitle(place)}`;
  return say`hangs, since${child.replace(" of", "")} hangs in ${byTitle(place)}`;
}

function exiting({ exitCode, evidence, title }: SignatureRecord): Phrase {
  const status = say`exits with status ${String(exitCode ?? "unknown")}`;
  if (evidence.sanitizer !== null) return say`${status} after ${byTitle(title)}`;
  // The words are the program's: that a child died is told by the evidence.
  const [, said, child] = (evidence.siginfo === null ? SAID : OF_CHILD).exec(title) ?? [];
  const told = said === undefined ? status : say`${status} (${code(said)})`;
  return child === undefined ? told : say`${told} after a child's ${byTitle(child)}`;
}

/** By signal, address and place; by its title where the place has no name. */
function crashing({ signal, evidence, title }: SignatureRecord): Phrase {
  const frame = crashedThread(evidence)?.frames[0];
  if (frame?.function === null && title !== signal) return say`crashes with ${byTitle(title)}`;
  const address = faultAddress(evidence);
  const telling = address !== null && BigInt(address) < SMALL;
  return together(
    signal === null ? say`crashes` : say`crashes with ${code(signal)}`,
    telling ? say`at address ${code(address)}` : [],
    frame === undefined ? [] : inFunction(frame),
  );
}

/** `in internal_getpwuid_r (compat-pwd.c:920)`; nothing of a frame without a name. */
function inFunction({ function: name, file, line }: Frame): Phrase {
  if (name === null) return [];
  const lambda = lambdaTitle({ function: name, file });
  if (lambda !== null) return say`in ${lambda}${line === null ? "" : `:${line}`}`;
  const place = file === null ? "" : ` (${file}${line === null ? "" : `:${line}`})`;
  return say`in ${code(shownName(name) + place)}`;
}

/** Signatures that are named; the others are counted. */
const MAX_SHOWN = 3;

/** Names where there are few, a number where there are many. */
function named(environments: readonly EnvironmentRecord[], few = 4): Phrase {
  return environments.length <= few
    ? codes(environments.map(({ id }) => id))
    : [`${environments.length} environments`];
}

function sum(environments: readonly EnvironmentRecord[]): number {
  return environments.reduce((total, { attempts }) => total + attempts, 0);
}

/** How attempts fail where there are several signatures, or some without: `crashes` where every failure is a crash. */
function manner(failed: readonly EnvironmentRecord[]): string {
  const all = (outcome: "crash" | "exit" | "timeout"): boolean =>
    failed.every(({ attempts, outcomes }) => outcomes[outcome] === attempts - outcomes.clean);
  return all("crash")
    ? "crashes"
    : all("exit")
      ? "exits with a status other than 0"
      : all("timeout")
        ? "runs into its time limit"
        : "fails";
}

/** One way to fail: the crashes that the same words tell of. */
interface Way {
  readonly ending: Phrase;
  readonly crashes: readonly SameCrash[];
  /** Attempts that ended so. */
  readonly count: number;
  readonly where: readonly EnvironmentRecord[];
}

/** Ways to fail, the most frequent first. */
function waysOf(crashes: readonly SameCrash[]): Way[] {
  const ways = new Map<string, Way>();
  for (const crash of crashes) {
    const end = ending(crash);
    const key = words(end);
    const way = ways.get(key) ?? { ending: end, crashes: [], count: 0, where: [] };
    const where = [...way.where, ...crash.seen.map(({ environment }) => environment)];
    ways.set(key, {
      ...way,
      crashes: [...way.crashes, crash],
      count: way.count + crash.count,
      where: [...new Set(where)],
    });
  }
  return [...ways.values()].sort((a, b) => b.count - a.count);
}

/** What a reader must know of crashes that the same words tell of: that they are several, or that nobody can say whether they are. */
function several({ crashes }: Way): string {
  if (crashes.length === 1) return "";
  return crashes.some(({ best }) => best.weak === true)
    ? "perhaps not one crash"
    : `${crashes.length} signatures`;
}

/** `It crashes with SIGSEGV in f in 15 attempts, and exits with status 3 in 4.`; the most frequent first. */
function told(ways: readonly Way[], failed: readonly EnvironmentRecord[]): Phrase {
  const each = ways.slice(0, MAX_SHOWN).map((way, i): Phrase => {
    const often = i === 0 ? counted(way.count, "attempt") : count(way.count);
    const note = several(way);
    return together(
      say`${way.ending} in ${often}`,
      way.where.length === failed.length ? [] : say`on ${named(way.where, 2)}`,
      note === "" ? [] : [`(${note})`],
    );
  });
  const rest = ways.slice(MAX_SHOWN);
  const others = rest.reduce((sum, way) => sum + way.count, 0);
  if (rest.length > 0) each.push([`fails in ${counted(rest.length, "other way")} in ${count(others)}`]);
  const [first, ...more] = each;
  if (first === undefined) return [];
  return say`It ${[first, ...more].flatMap((way, i): Phrase => (i === 0 ? way : [i === more.length ? " and " : ", ", ...way]))}.`;
}

function failing(result: Result, met: readonly SameCrash[]): Phrase {
  // What only gdb's own runs met is in none of the attempts that are counted here.
  const crashes = met.filter(({ count: times }) => times > 0);
  const failed = result.environments.filter(({ attempts, outcomes }) => outcomes.clean < attempts);
  const clean = result.environments.filter(
    ({ attempts, outcomes }) => attempts > 0 && outcomes.clean === attempts,
  );
  const failures = failed.reduce((total, { attempts, outcomes }) => total + attempts - outcomes.clean, 0);
  const contrast =
    clean.length === 0
      ? []
      : [
          ", and in none of ",
          `${counted(sum(clean), "attempt")} on `,
          ...(clean.length > 4 ? [`${clean.length} others`] : named(clean)),
        ];
  const ways = waysOf(crashes);
  const [only] = ways;
  const alone = only?.crashes.length === 1 && only.count === failures;
  return together(
    [
      ...say`${program(result)} ${alone ? only.ending : manner(failed)} in ${count(failures)} of ${counted(sum(failed), "attempt")} on ${named(failed)}`,
      ...contrast,
      ".",
    ],
    alone ? [] : told(ways, failed),
  );
}

/** The largest upper bound of the rates in these environments, as `with 95 % confidence below 0.74 %`. */
function bound(environments: readonly EnvironmentRecord[]): Phrase {
  const rates = environments.flatMap(({ rate }) => rate ?? []);
  const widest = rates.reduce<(typeof rates)[number] | null>((a, b) => (a && a.high >= b.high ? a : b), null);
  if (widest === null) return [];
  const each = environments.length > 1 ? " in each of them" : "";
  return say`With ${percent(widest.confidence)} confidence the rate of ${code(widest.of)} is below ${percent(widest.high, "up")}${each}.`;
}

/** What a rate counts where it is an end with status 0: what `countedBy` calls it. */
const GOOD_STATUS = /^(?:exit 0|clean)(?: with output |$)/;

/** `w comes to exit 0 with output /x/ in 10 of 10 attempts on glibc-2.36, and in none of 10 on musl-1.2.3.`; empty where failures are counted. */
function wrongAnswer(result: Result, ran: readonly EnvironmentRecord[]): Phrase {
  const of = ran.flatMap(({ rate }) => rate?.of ?? [])[0];
  if (of === undefined || !GOOD_STATUS.test(of)) return [];
  const times = ({ rate, attempts }: EnvironmentRecord): number =>
    Math.round((rate?.estimate ?? 0) * attempts);
  const met = ran.filter((environment) => times(environment) > 0);
  const none = ran.filter((environment) => times(environment) === 0);
  const total = met.reduce((sum, environment) => sum + times(environment), 0);
  const often =
    met.length === 0
      ? say`in none of ${counted(sum(none), "attempt")} on ${named(none)}`
      : say`in ${count(total)} of ${counted(sum(met), "attempt")} on ${named(met)}`;
  const contrast =
    met.length === 0 || none.length === 0
      ? []
      : [", and in none of ", `${counted(sum(none), "attempt")} on `, ...named(none)];
  return [...say`${program(result)} comes to ${code(of)} ${often}`, ...contrast, "."];
}

/** The first sentence of every report: the bug in numbers, or that none was seen and how sure that is. */
export function sentence(result: Result): Phrase {
  const ran = result.environments.filter(({ attempts }) => attempts > 0);
  const missing = result.environments.filter(({ notBuilt }) => notBuilt !== undefined);
  const partial = together(
    missing.length === 0 ? [] : say`It could not be built on ${named(missing)}.`,
    result.complete ? [] : say`This campaign is incomplete.`,
  );
  if (ran.length === 0) {
    return together(
      say`No attempt of ${code(result.plan.repro.name)} counted, so there is no verdict.`,
      partial,
    );
  }
  const answer = wrongAnswer(result, ran);
  if (ran.some(({ attempts, outcomes }) => outcomes.clean < attempts))
    return together(answer, failing(result, sameCrashes(result)), partial);
  if (answer.length > 0) return together(answer, partial);
  const every = ran.length === 1 ? "" : `in ${named(ran, 0)[0] as string}`;
  const where: Phrase = ran.length === 1 ? say`on ${code(ran[0]?.id ?? "")}` : [every];
  return together(
    say`${program(result)} ended clean in all ${counted(sum(ran), "attempt")} ${where}.`,
    bound(ran),
    partial,
  );
}

/** The sentence as bare words, for a terminal or a notification. */
export function sentenceText(result: Result): string {
  return words(sentence(result));
}
