import type { Prepared } from "../request/prepare.js";
import type { CandidateRecord } from "../result/search/candidate.js";
import type { SearchResult } from "../result/search/search-result.js";
import { rateOf, type Sampled } from "../stats/rate.js";
import type { evidenceOf } from "./campaign-of.js";

const CONFIDENCE = 0.95;

/** A program that a search tried: how often it was run, and how often it crashed. */
export interface TriedProgram extends Pick<Sampled, "attempts" | "counted" | "stop"> {
  readonly id: string;
  readonly title: string;
  /** How its attempts ended where they did not count. */
  readonly others?: CandidateRecord["others"];
}

/** The record of a program that a search tried; what counts is what the whole program's own campaign counted. */
export function crashCandidate(
  { id, title, attempts, counted, stop, others = [] }: TriedProgram,
  { result }: ReturnType<typeof evidenceOf>,
): CandidateRecord {
  const of = result.environments.find(({ rate }) => rate !== null)?.rate?.of ?? "crash";
  return {
    id,
    title,
    role: null,
    build: null,
    attempts,
    counted,
    rate: rateOf({ attempts, counted, of, stop, complete: true }, CONFIDENCE),
    others: [...others],
    probability: null,
    sameAs: null,
    note: null,
  };
}

/** The repro that a search is about, as its result names it. */
export function searchedRepro({ plan }: Pick<Prepared, "plan">): SearchResult["repro"] {
  const { name, title, links, sourceHash } = plan.repro;
  return { name, title, links: [...links], variant: plan.variant, sourceHash };
}
