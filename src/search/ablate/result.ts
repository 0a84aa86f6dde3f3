import type { Prepared } from "../../request/prepare.js";
import type { AblateDetails, PartRecord } from "../../result/search/ablate-details.js";
import type { CandidateRecord } from "../../result/search/candidate.js";
import { listed, percent } from "../../text/numbers.js";
import type { evidenceOf } from "../campaign-of.js";
import type { Whole } from "../candidate/whole.js";
import type { Found } from "../close-search.js";
import { crashCandidate, searchedRepro } from "../crash-candidate.js";
import { elsewhereRecords, whereItMatters } from "./elsewhere.js";
import { needsOf } from "./needs.js";
import type { Part } from "./parts.js";
import type { PartAnswer } from "./part-answer.js";
import type { AblateState } from "./strategy.js";
import { judgeParts, type Judged } from "./verdict.js";

type Evidence = ReturnType<typeof evidenceOf>;

export interface AblatedParts {
  readonly prepared: Prepared;
  readonly whole: Whole;
  readonly parts: readonly Part[];
  readonly state: AblateState;
  readonly environment: string;
  readonly evidence: Evidence;
  readonly complete: boolean;
  readonly elapsedMs: number;
}

/** The result of an ablation. */
export function ablatedResult(ablated: AblatedParts): Found {
  const { prepared, parts, state, environment, evidence, complete, whole } = ablated;
  const judged = judgeParts(state.answers, state.whole);
  const elsewhere = elsewhereRecords(parts, state);
  const located = (needs: string): string => {
    const part = parts.find((each) => each.kind === "setting" && each.needs === needs);
    return part === undefined ? needs : `${needs}${whereItMatters(part.id, environment, elsewhere)}`;
  };
  const plain = needsOf(parts, judged, "needed");
  const needed = plain.map(located);
  const likelier = needsOf(parts, judged, "makes it likelier", new Set(plain)).map(located);
  const otherwise = needsOf(parts, judged, "changes the crash", new Set([...plain, ...likelier]));
  const details: AblateDetails = {
    kind: "ablate",
    environment,
    whole: state.whole,
    parts: parts.flatMap((part, i) => record(part, state.answers[i] ?? null, judged[i] ?? null)),
    needs: needed,
    likelier,
    files: sourceFiles(whole),
    ...(elsewhere.length === 0 ? {} : { elsewhere }),
  };
  const tried = state.answers.filter((answer) => answer !== null);
  const there = Object.values(state.elsewhere).flatMap((each) => [each.whole, ...each.answers]);
  const made = [state.whole, ...tried, ...there];
  const attempts = made.reduce((sum, answer) => sum + answer.attempts, 0);
  return {
    repro: searchedRepro(prepared),
    question: `What in ${prepared.plan.repro.name} matters to its crash on ${environment}?`,
    complete,
    verdict: !complete ? "undecided" : needed.length + likelier.length > 0 ? "found" : "none",
    answer: answerOf(details, tried, otherwise),
    details,
    candidates: [
      candidate("whole", "the whole program", state.whole, evidence),
      ...parts.flatMap((part, i) => {
        const answer = state.answers[i];
        return answer == null ? [] : [candidate(part.id, `without ${part.title}`, answer, evidence)];
      }),
    ],
    evidence: [evidence],
    cost: { candidates: tried.length, attempts, builds: tried.length, ms: ablated.elapsedMs },
    warnings: [],
  };
}

function answerOf(
  { needs, likelier, whole }: AblateDetails,
  tried: readonly PartAnswer[],
  otherwise: readonly string[],
): string[] {
  const rate = whole.attempts === 0 ? 0 : whole.counted / whole.attempts;
  return [
    needs.length === 0 ? "No part by itself was shown to be needed." : `needs: ${listed(needs)}.`,
    ...(likelier.length === 0 ? [] : [`Less likely without: ${listed(likelier)}.`]),
    ...(otherwise.length === 0 ? [] : [`It ends in another way without: ${listed(otherwise)}.`]),
    `The whole program crashed in ${whole.counted} of ${whole.attempts} attempts (${percent(rate)}); ${tried.filter(({ refused }) => refused !== null).length} of ${tried.length} parts could not be left out by themselves.`,
    "A part that is needed was never seen to crash when it was left out; Boschloo's exact test against the whole program, Holm's correction over all parts.",
  ];
}

function record(part: Part, answer: PartAnswer | null, judged: Judged | null): PartRecord[] {
  if (answer === null || judged === null) return [];
  const { id, kind, title, place } = part;
  return [
    {
      id,
      kind,
      title,
      place,
      verdict: judged.verdict,
      attempts: answer.attempts,
      counted: answer.counted,
      pValue: judged.pValue,
      excludedAbove: judged.excludedAbove,
      others: [...answer.others],
      note: answer.refused ?? answer.otherCrash,
    },
  ];
}

function sourceFiles({ material }: Whole): AblateDetails["files"] {
  return Object.entries(material.files)
    .filter(([path]) => material.manifest.sources.includes(path))
    .map(([path, text]) => ({ path, text }));
}

/** A program whose number of attempts was chosen before. */
function candidate(
  id: string,
  title: string,
  { attempts, counted, ...answer }: Pick<PartAnswer, "attempts" | "counted"> & Partial<PartAnswer>,
  evidence: Evidence,
): CandidateRecord {
  const stop = { kind: "runs", runs: attempts } as const;
  const { others = [], refused = null, otherCrash = null } = answer;
  const made = crashCandidate({ id, title, attempts, counted, stop, others: [...others] }, evidence);
  return { ...made, note: refused ?? (otherCrash === null ? null : `another crash: ${otherCrash}`) };
}

/** The result where the whole program does not crash. */
export function nothingToAblate(
  prepared: Prepared,
  whole: Whole,
  evidence: Evidence,
  elapsedMs: number,
): Found {
  const { environments } = evidence.result;
  const attempts = environments.reduce((sum, each) => sum + each.attempts, 0);
  const { name } = prepared.plan.repro;
  return {
    repro: searchedRepro(prepared),
    question: `What in ${name} matters to its crash?`,
    complete: evidence.result.complete,
    verdict: "none",
    answer: [
      `${name} did not crash in ${listed(environments.map((each) => `${each.attempts} attempts on ${each.id}`))}: there is nothing that matters to a crash.`,
    ],
    details: {
      kind: "ablate",
      environment: environments[0]?.id ?? "",
      whole: { attempts: 0, counted: 0 },
      parts: [],
      needs: [],
      likelier: [],
      files: sourceFiles(whole),
    },
    candidates: [],
    evidence: [evidence],
    cost: { candidates: 0, attempts, builds: 0, ms: elapsedMs },
    warnings: [],
  };
}
