import type { Prepared } from "../../request/prepare.js";
import type { CandidateRecord } from "../../result/search/candidate.js";
import type { ReduceDetails } from "../../result/search/reduce-details.js";
import { percent } from "../../text/numbers.js";
import { evidenceOf, type campaignOf } from "../campaign-of.js";
import type { Material } from "../candidate/material.js";
import type { Found } from "../close-search.js";
import { crashCandidate, searchedRepro } from "../crash-candidate.js";
import type { OpenSearch } from "../open-search.js";
import type { ReducibleRepro } from "./changes.js";
import type { Established } from "./establish.js";
import { lineCount } from "./format.js";
import type { Confirmed } from "./confirm.js";
import type { KeptStep, ReduceState } from "./state.js";

type Evidence = ReturnType<typeof evidenceOf>;

export interface ReducedParts {
  readonly prepared: Prepared;
  readonly whole: Material;
  readonly reducible: ReducibleRepro;
  readonly established: Established;
  readonly state: ReduceState<Material>;
  readonly ended: Confirmed;
  readonly complete: boolean;
  readonly before: Evidence;
  readonly after: Evidence | null;
  readonly repro: string;
  readonly elapsedMs: number;
}

/** The result of a reduction. */
export function reducedResult(parts: ReducedParts): Found {
  const { prepared, established, state, ended, complete, before, after } = parts;
  const { criteria } = established;
  const last = state.steps.at(-1) as KeptStep<Material>;
  const details = detailsOf(parts, last);
  const attempts = established.attempts + state.made;
  return {
    repro: searchedRepro(prepared),
    question: `What is the smallest program that crashes as ${prepared.plan.repro.name} does on ${criteria.crashes}${criteria.clean.length === 0 ? "" : ` and is clean on ${criteria.clean.join(", ")}`}?`,
    complete,
    verdict: complete && ended.asBefore ? (details.kept > 0 ? "found" : "none") : "undecided",
    answer: answerOf(parts, details),
    details,
    candidates: [
      candidate("whole", "the whole program", established.attempts, established.counted, before),
      candidate("left", "what is left of it", last.attempts, last.counted, before),
    ],
    evidence: [before, ...(after === null ? [] : [after])],
    cost: {
      candidates: state.built,
      attempts,
      builds: state.built,
      ms: parts.elapsedMs,
    },
    warnings: warningsOf(parts),
  } as Found;
}

function detailsOf(
  { whole, reducible, established, state, ended, repro }: ReducedParts,
  last: KeptStep<Material>,
): ReduceDetails {
  const { criteria } = established;
  const { asked, below, falseKeep, falseDrop } = criteria.question;
  const size = (material: Material): ReduceDetails["before"] => ({
    lines: lineCount(programOf(material)),
    characters: reducible.size(material),
  });
  const whetherFresh =
    last.attempts > 0 ? last : { attempts: established.attempts, counted: established.counted };
  return {
    kind: "reduce",
    environment: criteria.crashes,
    contrast: [...criteria.clean],
    before: size(whole),
    after: size(ended.material),
    question: { asked, below, falseKeep, falseDrop },
    rates: {
      before: established.attempts === 0 ? null : established.counted / established.attempts,
      after: whetherFresh.attempts === 0 ? null : whetherFresh.counted / whetherFresh.attempts,
    },
    tried: state.tried,
    kept: state.steps.length - 1,
    takenBack: state.dropped,
    refusals: { ...state.refusals },
    files: Object.entries(ended.material.files)
      .filter(([path]) => programOf(ended.material)[path] !== undefined)
      .map(([path, text]) => ({ path, text })),
    repro,
  };
}

/** Files that the manifest still names as sources. */
function programOf({ manifest, files }: Material): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => manifest.sources.includes(path)));
}

function answerOf(
  { ended, established }: ReducedParts,
  { before, after, rates, contrast }: ReduceDetails,
): string[] {
  const rate = (value: number | null): string => (value === null ? "not measured" : percent(value));
  const clean = contrast.length === 0 ? "" : `; clean on ${contrast.join(", ")} as before`;
  const first = `${before.lines} lines -> ${after.lines}; rate ${rate(rates.before)} -> ${rate(rates.after)}${ended.asBefore ? clean : ""}.`;
  const { asked, below, falseKeep } = established.criteria.question;
  return [
    first,
    ...(ended.after === null
      ? ["It was not confirmed by a whole campaign: it was interrupted first."]
      : ended.asBefore
        ? ["A whole campaign of what is left met the same expectations, with the same signature."]
        : ["A whole campaign of what is left did not do what the whole program did: do not rely on it."]),
    `Each step crashed at ${percent(asked)} or more; one at ${percent(below)} or less is kept with a probability of at most ${percent(falseKeep / 10)}.`,
  ];
}

function warningsOf({ established }: ReducedParts): string[] {
  const { clean, sanitized, lint } = established.criteria;
  return [
    ...(clean.length === 0
      ? [
          "There was no environment where it is clean: what is left may crash of another bug. Name one: --contrast ENV.",
        ]
      : []),
    ...(sanitized === null && lint !== undefined
      ? ["No sanitizer could look for undefined behaviour that was not there."]
      : []),
  ];
}

/** A program whose attempts went on until it was decided. */
function candidate(
  id: string,
  title: string,
  attempts: number,
  counted: number,
  evidence: Evidence,
): CandidateRecord {
  const stop = { kind: "until-decided", rate: null, cap: attempts } as const;
  return crashCandidate({ id, title, attempts, counted, stop }, evidence);
}

/** The result where the whole program does not crash. */
export function nothingToReduce(
  prepared: Prepared,
  before: Awaited<ReturnType<typeof campaignOf>>,
  search: Pick<OpenSearch, "sinceStart" | "folder">,
): Found {
  const { environments } = before.result;
  return {
    repro: searchedRepro(prepared),
    question: `What is the smallest program that crashes as ${prepared.plan.repro.name} does?`,
    complete: before.result.complete,
    verdict: "none",
    answer: [
      `There is nothing to reduce: ${prepared.plan.repro.name} did not crash in ${environments.map(({ id, attempts }) => `${attempts} attempts on ${id}`).join(", ")}.`,
    ],
    details: {
      kind: "reduce",
      environment: environments[0]?.id ?? "",
      contrast: [],
      before: { lines: 0, characters: 0 },
      after: { lines: 0, characters: 0 },
      question: { asked: 0, below: 0, falseKeep: 0, falseDrop: 0 },
      rates: { before: 0, after: null },
      tried: 0,
      kept: 0,
      takenBack: 0,
      refusals: {},
      files: [],
      repro: "",
    },
    candidates: [],
    evidence: [evidenceOf(search, "the whole program", before)],
    cost: {
      candidates: 0,
      attempts: environments.reduce((sum, { attempts }) => sum + attempts, 0),
      builds: 0,
      ms: search.sinceStart(),
    },
    warnings: [],
  } as Found;
}
