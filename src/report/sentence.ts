import { count, counted, percent } from "./numbers.js";
import { code, codes, say, together, words, type Phrase } from "./phrase.js";
import type { EnvironmentRecord, Result } from "./result.js";
import { sameCrashes, type SameCrash } from "./same-crash.js";
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

/** `crashes with SIGSEGV at address 0xe5 in internal_getpwuid_r (compat-pwd.c:920)`. */
function deed(crash: SameCrash): Phrase {
  const { outcome, signal, exitCode, evidence } = crash.best;
  if (outcome === "timeout") return say`does not end within its time limit`;
  if (outcome === "exit") return say`exits with status ${String(exitCode ?? "unknown")}`;
  const address = evidence.siginfo?.address ?? evidence.go?.signal?.address ?? null;
  const told = address !== null && BigInt(address) < SMALL;
  const frame = crashedThread(evidence)?.frames[0];
  const place = frame?.file == null ? "" : ` (${frame.file}${frame.line === null ? "" : `:${frame.line}`})`;
  return together(
    signal === null ? say`crashes` : say`crashes with ${code(signal)}`,
    told ? say`at address ${code(address)}` : [],
    frame?.function == null ? [] : say`in ${code(frame.function + place)}`,
  );
}

/** Names where there are few, a number where there are many. */
function named(environments: readonly EnvironmentRecord[], few = 4): Phrase {
  return environments.length <= few
    ? codes(environments.map(({ id }) => id))
    : [`${environments.length} environments`];
}

function sum(environments: readonly EnvironmentRecord[]): number {
  return environments.reduce((total, { attempts }) => total + attempts, 0);
}

function failing(result: Result, crash: SameCrash, others: number): Phrase {
  const where = crash.seen.map(({ environment }) => environment);
  const clean = result.environments.filter(
    ({ attempts, outcomes }) => attempts > 0 && outcomes.clean === attempts,
  );
  const contrast =
    clean.length === 0
      ? []
      : [
          ", and in none of ",
          `${counted(sum(clean), "attempt")} on `,
          ...(clean.length > 4 ? [`${clean.length} others`] : named(clean)),
        ];
  const also =
    others === 0
      ? []
      : say`${counted(others, "other signature")} of failure ${others === 1 ? "was" : "were"} seen.`;
  return together(
    [
      ...say`${program(result)} ${deed(crash)} in ${count(crash.count)} of ${counted(crash.attempts, "attempt")} on ${named(where)}`,
      ...contrast,
      ".",
    ],
    also,
  );
}

/** The largest upper bound of the rates in these environments, as `with 95 % confidence below 0.74 %`. */
function bound(environments: readonly EnvironmentRecord[]): Phrase {
  const rates = environments.flatMap(({ rate }) => rate ?? []);
  const widest = rates.reduce<(typeof rates)[number] | null>((a, b) => (a && a.high >= b.high ? a : b), null);
  if (widest === null) return [];
  const each = environments.length > 1 ? "in each of them " : "";
  return say`With ${percent(widest.confidence)} confidence its rate ${each}is below ${percent(widest.high, "up")}.`;
}

/** The first sentence of every report: the bug in numbers, or that none was seen and how sure that is. */
export function sentence(result: Result): Phrase {
  const ran = result.environments.filter(({ attempts }) => attempts > 0);
  const crashes = sameCrashes(result);
  const [worst] = crashes;
  const partial = result.complete ? [] : say`This campaign is incomplete.`;
  if (ran.length === 0) {
    return together(
      say`No attempt of ${code(result.plan.repro.name)} counted, so there is no verdict.`,
      partial,
    );
  }
  if (worst !== undefined) return together(failing(result, worst, crashes.length - 1), partial);
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
