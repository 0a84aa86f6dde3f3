import { badRequest } from "../failure.js";
import { didYouMean } from "../manifest/nearest.js";
import { matchesEnvironment, matchesPattern } from "../manifest/pattern.js";
import { Expectation, OUTCOMES, type OutcomeName } from "../manifest/repro.js";
import type { Counted } from "./plan.js";

const KEYS = ["outcome", "signal", "exit", "fault-address", "frame", "output"] as const;

/**
 * `--expect` in its short form: `signal=SIGSEGV,frame=strlen`, `exit=1`, `timeout`, `musl-*:clean`. What stands before
 * the first colon is an environment pattern; a bare word is an outcome.
 */
export function parseExpectation(text: string): Expectation {
  const match = /^([a-z0-9][\w.*?/@+-]*):(.*)$/s.exec(text);
  const environment = match?.[1];
  const parts: Record<string, string | number> = environment === undefined ? {} : { environment };
  for (const part of splitKeys(match?.[2] ?? text)) {
    const [key, value] = keyAndValue(part, text);
    parts[key] = value;
  }
  const parsed = Expectation.safeParse(parts);
  if (parsed.success) {
    refuseImpossible(text, parsed.data);
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  throw badRequest(
    `--expect '${text}': ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`,
    "for example: --expect signal=SIGSEGV,frame=strlen",
  );
}

/** One key of `--expect text`, with its value; a bare word is an outcome. */
function keyAndValue(part: string, text: string): [key: string, value: string | number] {
  const equals = part.indexOf("=");
  const key = equals < 0 ? "outcome" : part.slice(0, equals).trim();
  const value = part.slice(equals + 1).trim();
  if (!KEYS.includes(key as (typeof KEYS)[number]))
    throw badRequest(`--expect '${text}': unknown key '${key}'`, didYouMean(key, KEYS));
  if (key === "outcome" && !OUTCOMES.includes(value as OutcomeName))
    throw badRequest(`--expect '${text}': '${value}' is not an outcome`, didYouMean(value, OUTCOMES));
  if (key === "exit") return [key, Number(value)];
  return [key, key === "signal" ? signalName(value) : value];
}

/** No attempt is clean and exits with status 1, or runs into its time limit and dies of a signal. A Go crash has a status, too. */
function refuseImpossible(text: string, { outcome, signal, exit }: Expectation): void {
  const other =
    signal !== undefined && outcome !== undefined && outcome !== "crash"
      ? `signal=${signal}`
      : exit !== undefined &&
          (outcome === "timeout" || (outcome === "clean") !== (exit === 0)) &&
          outcome !== undefined
        ? `exit=${exit}`
        : null;
  if (other === null) return;
  throw badRequest(
    `--expect '${text}': no attempt ends as '${outcome}' with ${other}`,
    `take one of the two: --expect ${other}`,
  );
}

/** `output=` takes a regular expression, which may hold commas: it is the last key. */
function splitKeys(text: string): string[] {
  const at = text.search(/(^|,)output=/);
  if (at < 0) return text.split(",").filter((part) => part.trim() !== "");
  const before = text
    .slice(0, at)
    .split(",")
    .filter((part) => part.trim() !== "");
  return [...before, text.slice(at).replace(/^,/, "")];
}

function signalName(value: string): string {
  const upper = value.toUpperCase();
  return upper.startsWith("SIG") ? upper : `SIG${upper}`;
}

/**
 * The lines that hold for a variant and an environment (by any of its names). Of a manifest's it is the first: their order is the order of
 * precedence. Of those that were `typed`, it is all with the closest pattern: they are alternatives, and a Failure("request") where they
 * contradict each other. Empty where none matches.
 */
export function expectationsFor(
  lines: readonly Expectation[],
  variant: string,
  environments: readonly string[],
  typed = false,
): Expectation[] {
  const matching = lines.filter(
    (candidate) =>
      (candidate.variant === undefined || matchesPattern(candidate.variant, variant)) &&
      (candidate.environment === undefined ||
        environments.some((name) => matchesEnvironment(candidate.environment as string, name))),
  );
  if (!typed) return matching.slice(0, 1).map(inHex);
  const close = matching.filter(({ environment }) => environment !== undefined);
  const held = close.length > 0 ? close : matching;
  refuseContradiction(held, environments[0] ?? "");
  return held.map(inHex);
}

/** YAML reads 0xe5 as a number; people and evidence write addresses in hex. */
function inHex(line: Expectation): Expectation {
  const address = line["fault-address"];
  return typeof address === "number" ? { ...line, "fault-address": `0x${address.toString(16)}` } : line;
}

/** `clean` says that every attempt is so: then no other end can be looked for in the same place. */
function refuseContradiction(lines: readonly Expectation[], environment: string): void {
  const all = lines.find(speaksOfAll);
  const end = lines.find((line) => !speaksOfAll(line));
  if (all === undefined || end === undefined) return;
  throw badRequest(
    `--expect: ${environment} cannot both be clean in every attempt and end as '${inWords(end)}'`,
    `say which environment each is for: --expect 'ENVIRONMENT:clean' --expect 'OTHER:${inWords(end)}'`,
  );
}

/** `signal=SIGSEGV,frame=strlen`, as it is typed. */
function inWords(line: Expectation): string {
  const { environment: _, variant: __, outcome, ...rest } = line;
  const keys = Object.entries(rest).map(([key, value]) => `${key}=${value}`);
  return [...(outcome === undefined ? [] : [outcome]), ...keys].join(",");
}

/**
 * What the campaign counts: the bug that the expectations of its cells agree on, else any crash. Every cell counts the
 * same thing, or their rates could not be compared.
 */
export function countedBy(
  expectations: readonly (Expectation | null)[],
  lines: readonly Expectation[],
  variant: (name: string) => boolean,
  alternatives: readonly Expectation[] = [],
): Counted {
  const counted = agreedBy(expectations, lines, variant);
  const others = new Map(
    alternatives.map((line) => agreedBy([line], [], variant)).map((other) => [other.of, other] as const),
  );
  others.delete(counted.of);
  if (others.size === 0) return counted;
  const or = [...others.values()];
  return { ...counted, of: [counted, ...or].map(({ of }) => of).join(" or "), or };
}

/** Whether more was asked for than any crash. */
function isExplicit({ outcome, signal, exit, output, or }: Counted): boolean {
  return outcome !== "crash" || signal !== null || exit !== null || output !== null || or !== undefined;
}

/** Under a scheduler a deadlock is seen as such, and is as much of a bug as any crash: where nothing else was asked for, it is counted. */
export function withDeadlocks(counted: Counted): Counted {
  if (isExplicit(counted)) return counted;
  const none = { signal: null, exit: null, output: null };
  return {
    ...counted,
    of: `${counted.of} or deadlock`,
    or: [{ of: "deadlock", outcome: "timeout", deadlock: true, ...none }],
  };
}

function agreedBy(
  expectations: readonly (Expectation | null)[],
  lines: readonly Expectation[],
  variant: (name: string) => boolean,
): Counted {
  const ofCells = expectations.filter((line) => line !== null);
  // Where this campaign's cells are all clean, the variant's bug elsewhere is still what is looked for.
  const candidates = [
    ...ofCells,
    ...lines.filter((line) => line.variant === undefined || variant(line.variant)),
  ];
  const bugs =
    [
      ofCells.filter(isEnd),
      candidates.filter(isEnd),
      ofCells.filter(({ output }) => output !== undefined),
    ].find((list) => list.length > 0) ?? [];
  const first = bugs[0];
  if (first === undefined) return { of: "crash", outcome: "crash", signal: null, exit: null, output: null };
  const outcome = impliedOutcome(first);
  const same = bugs.every((line) => impliedOutcome(line) === outcome);
  if (!same) return { of: "crash", outcome: "crash", signal: null, exit: null, output: null };
  const agreed = <T>(values: readonly (T | undefined)[]): T | null =>
    values.every((value) => value === values[0]) ? (values[0] ?? null) : null;
  const signal = agreed(bugs.map((line) => line.signal));
  const exit = agreed(bugs.map((line) => line.exit));
  const output = agreed(bugs.map((line) => line.output));
  const of = signal ?? (exit === null ? outcome : `exit ${exit}`);
  return { of: output === null ? of : `${of} with output /${output}/`, outcome, signal, exit, output };
}

/** It names an end that is looked for. */
function isEnd(line: Expectation): boolean {
  return !speaksOfAll(line);
}

/**
 * Whether an expectation is of every attempt, as `clean` is: it says how an environment should be. Anything else names an end that is
 * looked for, and one attempt is enough; so does `exit=0,output=...`, which is how a wrong answer is named.
 */
export function speaksOfAll(expect: Pick<Expectation, "outcome">): boolean {
  return expect.outcome === "clean";
}

/** An expectation's outcome where it names none: a signal is a crash, an exit status an exit. */
export function impliedOutcome(expect: {
  outcome?: OutcomeName | undefined;
  exit?: number | undefined;
}): OutcomeName {
  if (expect.outcome !== undefined) return expect.outcome;
  if (expect.exit === undefined) return "crash";
  return expect.exit === 0 ? "clean" : "exit";
}
