import { Failure } from "../../failure.js";
import type { SearchResult } from "../../result/search/search-result.js";
import type { ProgramSearch } from "../candidate/program-search.js";
import { closeSearch } from "../close-search.js";
import { drive } from "../drive.js";
import type { AblateAnswer } from "./answers.js";
import { measureParts, type MeasureOptions } from "./measure.js";
import { ablationParts, type Part } from "./parts.js";
import { ablatedResult, nothingToAblate } from "./result.js";
import { AblateStrategy, type AblateAsk, type AblateState } from "./strategy.js";
import { attemptsFor, measureWhole } from "./whole-measured.js";

/** Parts that are measured together. */
const GROUP = 16;
const GO_GROUP = 8;

/** Finds out what in a repro matters to its crash: each part is taken out in turn. */
export async function ablate(input: ProgramSearch): Promise<SearchResult> {
  const { prepared, search, sink, signal } = input;
  const { whole, grammar, evidence, crash } = await measureWhole(input);
  if (crash === null)
    return closeSearch(search, nothingToAblate(prepared, whole, evidence, search.sinceStart()));
  const parts = ablationParts(grammar, whole.material);
  const options = {
    ...crash,
    whole: whole.material,
    parts,
    attempts: attemptsFor(crash.rate, parts.length),
  };
  const driven = await drive<AblateState, AblateAsk, AblateAnswer, AblateState>({
    strategy: new AblateStrategy(groupsOf(parts, whole.language === "go" ? GO_GROUP : GROUP), parts.length, {
      environments: crash.elsewhere,
      isSetting: (at) => parts[at]?.kind === "setting" && parts[at].condition === null,
    }),
    search,
    lanes: 1,
    sink,
    signal,
    answer: (ask) => (ask.environment === undefined ? measureParts(options, ask) : elsewhere(options, ask)),
  });
  return closeSearch(
    search,
    ablatedResult({
      prepared,
      whole,
      parts,
      state: driven.state,
      environment: crash.cell,
      evidence,
      complete: driven.finding !== null,
      elapsedMs: search.sinceStart(),
    }),
  );
}

/** The same in another environment. One that cannot be had says so, and ends no search. */
async function elsewhere(options: MeasureOptions, ask: AblateAsk): Promise<AblateAnswer> {
  const cell = ask.environment ?? options.cell;
  try {
    return await measureParts({ ...options, cell }, ask);
  } catch (error) {
    if (options.bench.options.signal.aborted || !(error instanceof Failure)) throw error;
    const refused = `${cell}: ${error.message.split("\n")[0] ?? ""}`.slice(0, 200);
    const none = { refused, attempts: 0, counted: 0, others: [], otherCrash: null };
    return { parts: ask.parts.map(() => none), whole: { attempts: 0, counted: 0 } };
  }
}

/** Parts by what they are run under, in groups of some. */
function groupsOf(parts: readonly Part[], most: number): number[][] {
  const byCondition = new Map<string | null, number[]>();
  parts.forEach(({ condition }, i) => byCondition.set(condition, [...(byCondition.get(condition) ?? []), i]));
  return [...byCondition.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, (i + 1) * most)),
  );
}
