import { clopperPearson } from "../../stats/interval/clopper-pearson.js";
import type { Tally } from "../../stats/tally.js";

/** A question about a rate, with the errors that its answer may have. */
export interface RateQuestion {
  /** Attempts crash at this rate or a higher one: to be kept. */
  readonly asked: number;
  /** Attempts crash at this rate or a lower one: to be dropped. Between the two either answer is right. */
  readonly below: number;
  /** Probability at most of keeping what is at `below`, and of dropping what is at `asked`. */
  readonly falseKeep: number;
  readonly falseDrop: number;
  /** Attempts after which the likelier answer is taken. */
  readonly most: number;
}

type Unbounded = Omit<RateQuestion, "most">;

export type RateAnswer = "keep" | "drop";

/**
 * Wald's sequential probability ratio test (A. Wald, "Sequential Tests of Statistical Hypotheses", 1945) of `counted` in `attempts`: null
 * where more attempts are needed. What never crashes falls after a few attempts, and nobody has to say before how many.
 */
export function answerOf(question: RateQuestion, attempts: number, counted: number): RateAnswer | null {
  const { asked, below, falseKeep, falseDrop, most } = question;
  const ratio =
    counted * Math.log(asked / below) + (attempts - counted) * Math.log((1 - asked) / (1 - below));
  if (ratio >= Math.log((1 - falseDrop) / falseKeep)) return "keep";
  if (ratio <= Math.log(falseDrop / (1 - falseKeep))) return "drop";
  return attempts < most ? null : ratio > 0 ? "keep" : "drop";
}

/** Attempts that a test needs on average at `rate`, by Wald's approximation. */
export function expectedAttempts({ asked, below, falseKeep, falseDrop }: Unbounded, rate: number): number {
  const upper = Math.log((1 - falseDrop) / falseKeep);
  const lower = Math.log(falseDrop / (1 - falseKeep));
  const drift = rate * Math.log(asked / below) + (1 - rate) * Math.log((1 - asked) / (1 - below));
  return rate >= (asked + below) / 2 ? Math.max(1, upper / drift) : Math.max(1, lower / drift);
}

/** 1 itself would make one clean attempt prove the opposite, and lose a crash that a loaded machine delayed once. */
const SURE = 0.98;
/** A program is asked for at least so much of the whole one's rate; `--min-rate` says otherwise. */
const OF_THE_WHOLE = 0.9;
/** How near `below` lies: a near one tells more and costs more attempts. */
const NEAR = 0.75;
const FAR = 0.5;

/**
 * The question for candidates of a program that crashes at `rate`. `minRate`: what was asked for, else nine tenths of the rate.
 * `attemptMs`, `budgetMs`: what an attempt takes, and what one candidate may take.
 */
export function rateQuestion(
  rate: number,
  {
    minRate = rate * OF_THE_WHOLE,
    attemptMs,
    budgetMs,
  }: { minRate?: number | undefined; attemptMs: number; budgetMs: number },
): RateQuestion {
  const asked = Math.min(SURE, minRate);
  const question = (near: number): RateQuestion =>
    bounded({ asked, below: asked * near, falseKeep: 0.01, falseDrop: 0.05 });
  const near = question(NEAR);
  return expectedAttempts(near, asked) * attemptMs <= budgetMs ? near : question(FAR);
}

/** A question that ends after four times what it takes on average at the rate that is asked for: what needs more lies between the two. */
function bounded(question: Unbounded): RateQuestion {
  return { ...question, most: Math.ceil(4 * expectedAttempts(question, question.asked)) };
}

/** Of the rate that the best surely has, what a candidate must have. */
const OF_THE_BEST = 0.5;
const SURELY = 0.95;

/**
 * The same of candidates of a program that came to crash more often than was asked for: a crash of most runs is not given up for a seldom one
 * that saves a line, and what never crashes falls after fewer attempts.
 */
export function raised(question: RateQuestion, best: Tally): RateQuestion {
  if (best.attempts === 0) return question;
  const surely = OF_THE_BEST * clopperPearson(best, SURELY).low;
  const asked = Math.min(SURE, surely);
  return asked <= question.asked
    ? question
    : bounded({ ...question, asked, below: (asked * question.below) / question.asked });
}

/** How near `below` lies in a first look. */
const ROUGHLY = 0.25;

/** The same as a first look asks it, in a fifth of the attempts or fewer: what crashes far too rarely falls, and what holds is looked at again. */
export function rough({ asked, falseDrop }: RateQuestion): RateQuestion {
  return bounded({ asked, below: asked * ROUGHLY, falseKeep: 0.05, falseDrop });
}

/** The same with smaller errors, for what is kept at the end. */
export function strict(question: RateQuestion): RateQuestion {
  return {
    ...question,
    falseKeep: question.falseKeep / 10,
    falseDrop: question.falseDrop / 5,
    most: question.most * 2,
  };
}

/** Attempts without one crash that exclude `rate` with an error of `error`: where it is to be clean. */
export function cleanAttempts(rate: number, error: number): number {
  return Math.max(1, Math.ceil(Math.log(error) / Math.log(1 - Math.min(SURE, rate))));
}
