import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { SearchResult } from "../../result/search/search-result.js";
import { evidenceOf, type CampaignSettings } from "../campaign-of.js";
import { benchFor, wholeOf, writeRepro } from "../candidate/whole.js";
import type { Material } from "../candidate/material.js";
import { writeJson } from "../candidate/once.js";
import { fewerWhereItHangs, runsToSee, wholeCampaign, withRuns } from "../candidate/whole-campaign.js";
import { closeSearch } from "../close-search.js";
import { drive } from "../drive.js";
import type { OpenSearch } from "../open-search.js";
import { loadGrammar } from "../syntax/grammar.js";
import { ReducibleRepro } from "./changes.js";
import { gofmt } from "./gofmt.js";
import type { ReduceInput } from "./input.js";
import { establish, type Established } from "./establish.js";
import { placesOf } from "./places.js";
import { confirm, presentable } from "./confirm.js";
import { Oracle } from "./oracle.js";
import { reducedResult, nothingToReduce } from "./result.js";
import type { ReduceAnswer, ReduceAsk, ReduceState } from "./state.js";
import { ReduceStrategy, type Reduced } from "./strategy.js";

/** Candidates of one probe: more of them waste less of a build's own cost, and more work where one that holds changes what is due. */
const BATCH = { least: 12, most: 32 };
const GO_BATCH = { least: 4, most: 12 };
/** Changes that one candidate makes while most of the program does not matter. */
const TOGETHER = 16;
const AGAIN = 5;
const SWEEPS = 3;

/** Makes a repro smaller, and writes the result of the search and the repro. */
export async function reduce(input: ReduceInput): Promise<SearchResult> {
  const { asked, search, signal, sink, settings, engine } = input;
  const prepared = fewerWhereItHangs(input.prepared);
  const whole = await wholeOf(prepared);
  const grammar = await loadGrammar(whole.language);
  const campaigns: CampaignSettings = { ...settings, engine, sink, signal };
  const before = await wholeCampaign(search, prepared, campaigns);
  const places = placesOf(before.result, asked.contrast);
  if (places === null) return closeSearch(search, nothingToReduce(prepared, before, search));
  const bench = benchFor(whole, prepared, search.header.id, { ...settings, engine, signal });
  const established = await onceEstablished(search, () =>
    establish(bench, whole, { before: before.result, places, minRate: asked.minRate }),
  );
  const oracle = new Oracle(bench, established.criteria);
  const reducible = new ReducibleRepro(grammar);
  const strategy = new ReduceStrategy<Material>(reducible, whole.material, {
    batch: whole.language === "go" ? GO_BATCH : BATCH,
    together: TOGETHER,
    again: AGAIN,
    maxSweeps: SWEEPS,
  });
  const best = join(search.folder, "repro");
  const driven = await drive<ReduceState<Material>, ReduceAsk<Material>, ReduceAnswer, Reduced<Material>>({
    strategy,
    search,
    lanes: 1,
    sink,
    signal,
    answer: async (ask) => {
      const answer = await answerTo(oracle, ask);
      if (ask.kind === "keep" && answer.kind === "keep" && answer.refusal === null) {
        await writeRepro(best, presentable(ask.candidate), whole.folder);
      }
      return answer;
    },
  });
  const format = (material: Material): Promise<Material> =>
    whole.language === "go" ? gofmt(bench, places.crashes, material) : Promise.resolve(material);
  const least = runsToSee(established.criteria.question.asked);
  const confirming = { ...input, prepared: withRuns(prepared, least) };
  const ended = await confirm(confirming, whole, driven.state, { before: before.result, format });
  await writeRepro(best, ended.material, whole.folder);
  await writeRepro(asked.output, ended.material, whole.folder);
  return closeSearch(
    search,
    reducedResult({
      prepared,
      whole: whole.material,
      reducible,
      established,
      state: driven.state,
      ended,
      complete: driven.finding !== null && ended.after !== null,
      before: evidenceOf(search, "the whole program", before),
      after: ended.after === null ? null : evidenceOf(search, "what is left of it", ended.after),
      repro: relative(search.folder, best),
      elapsedMs: search.sinceStart(),
    }),
  );
}

async function answerTo(oracle: Oracle, ask: ReduceAsk<Material>): Promise<ReduceAnswer> {
  if (ask.kind === "probe") {
    const refusals = await oracle.probe(ask.candidates, ask.best);
    return { kind: "probe", refusals, made: oracle.attemptsMade() };
  }
  const look =
    ask.kind === "keep" ? await oracle.keep(ask.candidate, ask.best) : await oracle.remeasure(ask.candidate);
  return { kind: ask.kind, ...look, made: oracle.attemptsMade() };
}

async function onceEstablished(search: OpenSearch, work: () => Promise<Established>): Promise<Established> {
  const path = join(search.folder, "criteria.json");
  const text = await readFile(path, "utf8").catch(() => null);
  if (text !== null) {
    const known = JSON.parse(text) as Established & { criteria: { signatures: string[] } };
    return { ...known, criteria: { ...known.criteria, signatures: new Set(known.criteria.signatures) } };
  }
  const made = await work();
  await writeJson(path, {
    ...made,
    criteria: { ...made.criteria, signatures: [...made.criteria.signatures] },
  });
  return made;
}
