import type { Result } from "../../result/result.js";
import type { SearchResult } from "../../result/search/search-result.js";
import { evidenceOf, type CampaignSettings } from "../campaign-of.js";
import type { ProgramSearch } from "../candidate/program-search.js";
import { benchFor, wholeOf, type Whole } from "../candidate/whole.js";
import { wholeCampaign } from "../candidate/whole-campaign.js";
import type { Prepared } from "../../request/prepare.js";
import { cellOf, planOf } from "../candidate/material.js";
import { placesOf } from "../reduce/places.js";
import { searchTimeLimit } from "../reduce/time-limit.js";
import { loadGrammar, type Grammar } from "../syntax/grammar.js";
import type { MeasureOptions } from "./measure.js";

const LEAST_ATTEMPTS = 24;
const MOST_ATTEMPTS = 2000;

/** The whole program of an ablation: where it crashes and how often. */
export interface Measured {
  readonly whole: Whole;
  readonly grammar: Grammar;
  readonly evidence: SearchResult["evidence"][number];
  /** How its parts are measured; null where it does not crash. */
  readonly crash: Crash | null;
}

export interface Crash extends Pick<MeasureOptions, "signatures" | "timeoutMs" | "cell" | "bench"> {
  readonly rate: number;
  /** Other environments in which it crashes, or is expected to. */
  readonly elsewhere: readonly string[];
}

/** Runs the whole program's campaign, once in a search, and finds out what is asked of its parts. */
export async function measureWhole(input: ProgramSearch): Promise<Measured> {
  const { prepared, search, engine, sink, signal, settings } = input;
  const whole = await wholeOf(prepared);
  const grammar = await loadGrammar(whole.language);
  const campaigns: CampaignSettings = { ...settings, engine, sink, signal };
  const made = await wholeCampaign(search, prepared, campaigns);
  const before = made.result;
  const evidence = evidenceOf(search, "the whole program", made);
  const places = placesOf(before, []);
  if (places === null) return { whole, grammar, evidence, crash: null };
  const environment = before.environments.find(({ id }) => id === places.crashes);
  const elsewhere = alsoCrashing(whole, prepared, before, places.crashes);
  const environments = [...new Set([...(whole.request.environments ?? []), ...elsewhere])];
  const wide = { ...whole, request: { ...whole.request, environments } };
  const bench = benchFor(wide, prepared, search.header.id, { ...settings, engine, signal });
  const signatures = new Set(
    (environment?.signatures ?? []).flatMap(({ id, outcome }) => (outcome === "clean" ? [] : [id])),
  );
  return {
    whole,
    grammar,
    evidence,
    crash: {
      cell: places.crashes,
      bench,
      rate: environment?.rate?.estimate ?? 1,
      elsewhere,
      signatures,
      timeoutMs: searchTimeLimit(
        before,
        places,
        cellOf(planOf(whole.material, bench.options.planning), places.crashes),
      ),
    },
  };
}

/** Environments that are asked beside the one in which it is searched. */
const MOST_ELSEWHERE = 3;

/** Other versions of the same libc in which the whole program crashed, or in which its manifest says that it does. */
function alsoCrashing(whole: Whole, { catalogue, plan }: Prepared, before: Result, here: string): string[] {
  const libc = plan.cells.find(({ id }) => id === here)?.builtIn.libc.family;
  if (libc === undefined) return [];
  const { seed, parallel } = plan;
  const request = { ...whole.request, environments: [`${libc}-*`] };
  const expected = planOf(whole.material, { catalogue, request, seed, parallel }).cells.filter(
    ({ expectation }) => expectation !== null && expectation.outcome !== "clean",
  );
  const seen = before.environments.filter(({ rate }) => (rate?.estimate ?? 0) > 0);
  const clean = new Set(before.environments.filter(({ rate }) => rate?.estimate === 0).map(({ id }) => id));
  const all = new Set([...seen, ...expected].map(({ id }) => id));
  return [...all].filter((id) => id !== here && !clean.has(id)).slice(0, MOST_ELSEWHERE);
}

/** So many that a crash of this rate would have shown up, even after the correction for all parts. */
export function attemptsFor(rate: number, parts: number): number {
  const needed = Math.ceil(
    Math.log(0.01 / Math.max(1, parts)) / Math.log(1 - Math.min(0.98, Math.max(rate, 0.001))),
  );
  return Math.min(MOST_ATTEMPTS, Math.max(LEAST_ATTEMPTS, needed));
}
