import type { SearchResult } from "../../result/search/search-result.js";
import { campaignOf, evidenceOf, type CampaignSettings } from "../campaign-of.js";
import { oncePerSearch } from "../candidate/once.js";
import type { ProgramSearch } from "../candidate/program-search.js";
import { benchFor, wholeOf } from "../candidate/whole.js";
import { closeSearch } from "../close-search.js";
import { drive } from "../drive.js";
import { placesOf, searchTimeLimit } from "../reduce/establish.js";
import { loadGrammar } from "../syntax/grammar.js";
import { measureParts } from "./measure.js";
import { ablationParts, type Part } from "./parts.js";
import { ablatedResult, nothingToAblate } from "./result.js";
import { AblateStrategy, type AblateAnswer, type AblateAsk, type AblateState } from "./strategy.js";

/** Parts that are measured together. */
const GROUP = 16;
const GO_GROUP = 8;
const LEAST_ATTEMPTS = 24;
const MOST_ATTEMPTS = 2000;

/** Finds out what in a repro matters to its crash: each part is taken out in turn. */
export async function ablate(input: ProgramSearch): Promise<SearchResult> {
  const { prepared, search, engine, sink, signal, settings } = input;
  const whole = await wholeOf(prepared);
  const grammar = await loadGrammar(whole.language);
  const campaigns: CampaignSettings = { ...settings, engine, sink, signal };
  const before = await oncePerSearch(search, "before", () => campaignOf(search, prepared, campaigns));
  const places = placesOf(before.result, []);
  const evidence = evidenceOf(search, "the whole program", before);
  const parts = ablationParts(grammar, whole.material);
  if (places === null)
    return closeSearch(search, nothingToAblate(prepared, whole, evidence, search.sinceStart()));
  const environment = before.result.environments.find(({ id }) => id === places.crashes);
  const bench = benchFor(whole, prepared, search.header.id, { ...settings, engine, signal });
  const options = {
    bench,
    cell: places.crashes,
    whole: whole.material,
    parts,
    attempts: attemptsFor(environment?.rate?.estimate ?? 1, parts.length),
    signatures: new Set(
      (environment?.signatures ?? []).flatMap(({ id, outcome }) => (outcome === "clean" ? [] : [id])),
    ),
    timeoutMs: searchTimeLimit(bench, whole, before.result, places),
  };
  const driven = await drive<AblateState, AblateAsk, AblateAnswer, AblateState>({
    strategy: new AblateStrategy(groupsOf(parts, whole.language === "go" ? GO_GROUP : GROUP), parts.length),
    search,
    lanes: 1,
    sink,
    signal,
    answer: (ask) => measureParts(options, ask),
  });
  return closeSearch(
    search,
    ablatedResult({
      prepared,
      whole,
      parts,
      state: driven.state,
      environment: places.crashes,
      evidence,
      complete: driven.finding !== null,
      elapsedMs: search.sinceStart(),
    }),
  );
}

/** So many that a crash of this rate would have shown up, even after the correction for all parts. */
function attemptsFor(rate: number, parts: number): number {
  const needed = Math.ceil(
    Math.log(0.01 / Math.max(1, parts)) / Math.log(1 - Math.min(0.98, Math.max(rate, 0.001))),
  );
  return Math.min(MOST_ATTEMPTS, Math.max(LEAST_ATTEMPTS, needed));
}

/** Parts by what they are run under, in groups of some. */
function groupsOf(parts: readonly Part[], most: number): number[][] {
  const byCondition = new Map<string | null, number[]>();
  parts.forEach(({ condition }, i) => byCondition.set(condition, [...(byCondition.get(condition) ?? []), i]));
  return [...byCondition.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, (i + 1) * most)),
  );
}
