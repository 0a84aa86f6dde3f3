import type { Engine } from "../../docker/engine.js";
import type { CampaignRequest } from "../../plan/request.js";
import type { Prepared } from "../../request/prepare.js";
import type { BisectDetails, ChangeRecord } from "../../result/search/bisect-details.js";
import type { SearchResult } from "../../result/search/search-result.js";
import { exactTestName } from "../../stats/exact/boschloo.js";
import { Bench } from "../bench.js";
import { campaignOf, evidenceOf, type CampaignSettings } from "../campaign-of.js";
import { closeSearch } from "../close-search.js";
import { drive } from "../drive.js";
import type { OpenSearch } from "../open-search.js";
import { bisect, type BisectFinding } from "../strategy/bisect/bisect.js";
import { DEFAULTS, type BisectOptions, type Find } from "../strategy/bisect/options.js";
import type { BisectAnswer, BisectAsk } from "../strategy/bisect/questions.js";
import type { BisectState } from "../strategy/bisect/state.js";
import { candidatesOf } from "./candidates.js";
import { Evaluator } from "./evaluate.js";
import { gitBisectLog } from "./git-log.js";
import { thin } from "./thin.js";
import type { Territory } from "./territory.js";
import { plainName, questionOf, wordsOf } from "./words.js";

/** A bisection, ready to be carried out. */
export interface BisectInput {
  readonly search: OpenSearch;
  readonly territory: Territory;
  readonly over: string;
  readonly find: Find;
  readonly confidence: number;
  readonly cap: number;
  readonly request: CampaignRequest;
  readonly engine: Engine;
  readonly settings: CampaignSettings;
}

/** Carries a bisection out, runs whole campaigns of what it found, and writes its result. */
export async function runBisect(input: BisectInput): Promise<SearchResult> {
  const { search, territory, find, request, engine, settings } = input;
  const { sink, signal } = settings;
  const crashing = find === "fixed" ? territory.oldEnd : territory.newEnd;
  const bench = new Bench({ ...settings, engine, id: search.header.id });
  const evaluator = new Evaluator(territory, bench, request, crashing, sink);
  const reference = await territory.prepare(crashing, request);
  const { history, newEnd, oldEnd } = territory;
  const options: BisectOptions = {
    ...DEFAULTS,
    history,
    newEnd,
    oldEnd,
    find,
    confidence: input.confidence,
    cap: input.cap,
  };
  const { state, finding } = await drive<BisectState, BisectAsk, BisectAnswer, BisectFinding>({
    strategy: bisect(options),
    answer: (ask, stop) => evaluator.answer(ask, stop),
    prepare: (ask, stop) => evaluator.prepare(ask, stop),
    search,
    lanes: 1,
    sink,
    signal,
  });
  const evidence = finding === null ? [] : await campaigns(input, state, finding);
  const fresh = await evaluator.fresh();
  const ahead = [...fresh.keys()].filter((point) => !state.records.has(history.point(point))).length;
  const result = await closeSearch(
    search,
    await found(input, { reference, state, finding, evidence, ahead }),
  );
  // What was interrupted goes on with them.
  if (finding !== null && !signal.aborted)
    await thin(engine, fresh, restsOn(territory, finding), territory.ownEnvironments);
  return result;
}

/** Points that somebody may want to look at again: both ends, the change, and what it was compared with. */
function restsOn({ newEnd, oldEnd }: Territory, finding: BisectFinding): ReadonlySet<string> {
  const named = "changes" in finding ? finding.changes : [];
  const compared = finding.kind === "found" ? (finding.confirmation?.points ?? []) : [];
  return new Set([newEnd, oldEnd, ...named, ...compared.map(({ point }) => point)]);
}

interface Outcome {
  readonly reference: Prepared;
  readonly state: BisectState;
  readonly finding: BisectFinding | null;
  readonly evidence: SearchResult["evidence"];
  /** Points that were built and never asked for. */
  readonly ahead: number;
}

async function found(input: BisectInput, { reference, state, finding, evidence, ahead }: Outcome) {
  const { territory, find, over, search } = input;
  const { repro, variant, counted } = reference.plan;
  const named = finding !== null && "changes" in finding ? finding.changes : [];
  const confirmation = finding?.kind === "found" ? finding.confirmation : null;
  const first = confirmation?.points[0];
  const details: BisectDetails = {
    kind: "bisect",
    find,
    over,
    unit: territory.unit,
    changes: territory.history.changes.length,
    named: await Promise.all(named.map((id) => changeRecord(id, state, territory))),
    confidence: input.confidence,
    confirmation:
      confirmation === null || first === undefined
        ? null
        : {
            sides: confirmation.points.map(({ point, ...side }) => ({ candidate: point, ...side })),
            pValue: confirmation.pValue,
            alpha: state.options.alpha,
            test: exactTestName({ a: first.attempts, b: first.attempts }),
            confirmed: confirmation.confirmed,
          },
    gitBisectLog: territory.isGit
      ? gitBisectLog(state, territory, named.length === 1 ? (named[0] ?? null) : null)
      : null,
  };
  const { name, title, links, sourceHash } = repro;
  return {
    repro: { name, title, links: [...links], variant, sourceHash },
    question: questionOf(find, territory, over, counted.of),
    complete: finding !== null,
    ...wordsOf(finding, state, territory, counted.of),
    details,
    candidates: candidatesOf(state, territory, counted.of, named),
    evidence,
    cost: {
      candidates: state.records.size,
      attempts: state.attempts,
      builds: state.builds,
      ...(ahead === 0 ? {} : { ahead }),
      ms: Math.round(search.sinceStart()),
    },
  };
}

async function changeRecord(id: string, state: BisectState, territory: Territory): Promise<ChangeRecord> {
  const index = state.options.history.changes.indexOf(id);
  return { ...(await territory.change(id)), probability: state.posterior.probabilities[index] ?? 0 };
}

/** Attempts of a campaign that shows a crash: so many that a few are to be expected, within bounds; of what takes long, as a hang does, fewer. */
const SHOWN = { crashes: 10, usual: 25, least: 10, ms: 30_000, most: 5000 };

/** Whole campaigns, with gdb, of the point with the change and of one without it; where nothing was found, of both ends. */
async function campaigns(
  input: BisectInput,
  state: BisectState,
  finding: BisectFinding,
): Promise<SearchResult["evidence"]> {
  const { search, territory, request, settings, engine, find } = input;
  if (finding.kind === "unbuildable") return [];
  const sides =
    finding.kind === "found" && finding.confirmation !== null
      ? finding.confirmation.points
          .slice(0, 2)
          .map(({ point, with: has }) => ({ point, role: has ? "with the change" : "without the change" }))
      : [
          { point: territory.newEnd, role: "the newer end" },
          { point: territory.oldEnd, role: "the older end" },
        ];
  const crashing = state.tally(find === "fixed" ? state.withoutEnd : state.withEnd);
  const rate = Math.max(1e-6, crashing.counted / Math.max(1, crashing.attempts));
  const affordable = Math.floor(SHOWN.ms / state.costs.attempt);
  const least = Math.max(SHOWN.least, Math.min(SHOWN.usual, affordable));
  const runs = Math.min(SHOWN.most, Math.max(least, Math.ceil(SHOWN.crashes / rate)));
  const evidence: SearchResult["evidence"] = [];
  for (const { point, role } of sides) {
    if (settings.signal.aborted) break;
    settings.sink({
      kind: "search",
      search: "bisect",
      answers: state.asked,
      standing: `a campaign with gdb of ${plainName(territory, point)}, ${role}`,
    });
    const prepared = await territory.prepare(point, { ...request, stop: { runs } });
    evidence.push(evidenceOf(search, role, await campaignOf(search, prepared, { ...settings, engine })));
  }
  return evidence;
}
