import { Failure } from "../../../src/failure.js";
import type { Random } from "./mutate.js";

/** One kind of input that a stranger may give. */
export interface Target {
  readonly name: string;
  /** Cases of a full run; a small one tries a part. */
  readonly cases: number;
  /**
   * Makes one input and gives it to the code under test, which may throw a Failure. Returns what is wrong with the answer,
   * null where nothing is.
   */
  readonly try: (random: Random) => string | null | Promise<string | null>;
}

/** No honest case takes long; a machine that is busy with much else may take some time. */
const LONGEST_MS = 10_000;

/** What a run of one target came to. */
export interface Fuzzed {
  readonly refused: number;
  readonly answered: number;
  readonly wrong: readonly string[];
  readonly longestMs: number;
}

/** Tries so many cases; stops at the tenth that is wrong. */
export async function fuzz(target: Target, cases: number, random: Random): Promise<Fuzzed> {
  const wrong: string[] = [];
  const before = prototypes();
  let refused = 0;
  let longestMs = 0;
  for (let at = 0; at < cases && wrong.length < 10; at++) {
    const began = performance.now();
    let found: string | null = null;
    try {
      const answer = target.try(random);
      found = answer instanceof Promise ? await answer : answer;
    } catch (error) {
      refused++;
      found = complaint(error);
    }
    const ms = performance.now() - began;
    longestMs = Math.max(longestMs, ms);
    if (ms > LONGEST_MS) found ??= `took ${Math.round(ms)} ms`;
    if (found !== null) wrong.push(`case ${at}: ${found}`);
  }
  if (prototypes() !== before) wrong.push("a prototype was changed");
  return { refused, answered: cases - refused, wrong, longestMs };
}

/** What is wrong with what was thrown; null where it is a failure that a person can read. */
export function complaint(error: unknown): string | null {
  if (!(error instanceof Failure)) return String(error instanceof Error ? error.stack : error);
  if (error.message === "") return "a failure without a message";
  if (/\[object |Cannot (read|set)|is not (a function|iterable)|^\s+at .+:\d/m.test(error.message))
    return `a failure that tells of our code: ${error.message}`;
  if (error.message.length > 64 * 1024) return `a failure of ${error.message.length} characters`;
  return null;
}

function prototypes(): string {
  return [Object.prototype, Array.prototype, Function.prototype, Map.prototype]
    .map((each) => Reflect.ownKeys(each).map(String).join())
    .join("\n");
}
