import { pooled, type Tally } from "../../stats/tally.js";
import type { PartAnswer } from "./part-answer.js";

/** What came of parts that were measured together, in their order, and of the whole program between them. */
export interface AblateAnswer {
  readonly parts: readonly PartAnswer[];
  readonly whole: Tally;
}

/** What is known of all parts, and of the whole program. */
export interface Answers {
  /** By the place of a part; null: it was not measured. */
  readonly answers: readonly (PartAnswer | null)[];
  readonly whole: Tally;
}

/** Nothing is known of so many parts. */
export function noAnswers(count: number): Answers {
  return { answers: Array.from({ length: count }, () => null), whole: pooled([]) };
}

/** The same with what came of the parts at these places. */
export function withAnswer(
  { answers, whole }: Answers,
  asked: readonly number[],
  { parts, whole: between }: AblateAnswer,
): Answers {
  return {
    answers: answers.map((known, at) => (asked.includes(at) ? (parts[asked.indexOf(at)] ?? known) : known)),
    whole: pooled([whole, between]),
  };
}
