import type { OutcomeName } from "../manifest/repro.js";
import { percent } from "../text/numbers.js";
import { sameName, seenSignatures } from "../result/same-crash.js";
import type { EnvironmentRecord } from "../result/result.js";

/** What an environment came to, for a table or a grid: never by colour alone, so it always has words. */
export interface Cell {
  /** The gravest outcome that was seen, or `none` where no attempt counted. */
  readonly tone: OutcomeName | "none";
  /** Share of attempts that were not clean, 0 to 1. */
  readonly failed: number;
  /** Marks of its signatures, most frequent first: `A B`, `A B C +27`; empty where there is none. */
  readonly marks: string;
  /** `A 100 %`, `A 60 %, B 20 %`, `clean`, `not built`, `no verdict`. */
  readonly text: string;
}

/** Signatures of one cell that are named one by one. */
const MAX_SHOWN = 3;

function few(items: readonly string[], joint: string): string {
  const more = items.length - MAX_SHOWN;
  return items.slice(0, MAX_SHOWN).join(joint) + (more > 0 ? `${joint}+${more}` : "");
}

/** What stands where an environment has no attempt. */
export function noVerdict({ notBuilt }: EnvironmentRecord): string {
  return notBuilt === undefined ? "no verdict" : "not built";
}

const GRAVITY: readonly OutcomeName[] = ["crash", "timeout", "exit", "clean"];

/** `marks`: `sameName` of a signature -> letter. */
export function cellOf(environment: EnvironmentRecord, marks: ReadonlyMap<string, string>): Cell {
  const { attempts, outcomes } = environment;
  if (attempts === 0) return { tone: "none", failed: 0, marks: "", text: noVerdict(environment) };
  const tone = GRAVITY.find((outcome) => outcomes[outcome] > 0) ?? "clean";
  const signatures = seenSignatures(environment);
  const markOf = (signature: (typeof signatures)[number]): string =>
    marks.get(sameName(environment, signature)) ?? "?";
  const shares = signatures.map((one) => `${markOf(one)} ${percent(one.count / attempts)}`);
  return {
    tone,
    failed: (attempts - outcomes.clean) / attempts,
    marks: few(signatures.map(markOf), " "),
    text: shares.length > 0 ? few(shares, ", ") : tone === "clean" ? "clean" : tone,
  };
}
