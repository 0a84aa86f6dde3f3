import { judgeParts } from "../ablate/verdict.js";
import type { AblateAnswer, PartAnswer } from "../ablate/strategy.js";
import type { Step, Strategy } from "../strategy/strategy.js";
import type { OpenedFunction, OpenFunction } from "./inner.js";

/** Measure these parts (by their place) of a function, and the whole program between them. */
export interface IntoAsk {
  readonly function: string;
  readonly parts: readonly number[];
}

/** A function that was opened, and what its parts came to. */
export interface Level {
  readonly function: string;
  /** By the place of a part. */
  readonly answers: readonly (PartAnswer | null)[];
  readonly whole: { readonly attempts: number; readonly counted: number };
  /** Parts that were tried when the way down was known. */
  readonly beside: number;
}

export interface IntoState {
  readonly levels: readonly Level[];
}

/** Functions that are opened one in another, at most. */
const DEEPEST = 32;

/** Parts that are tried when the way down is known, those of the innermost functions first: they tell what else matters there. */
const MOST_BESIDE = 24;

/**
 * Goes down from a function into the call in it that matters, and so on, until nothing that is needed can be opened. Of several calls that
 * are needed it takes the last: the others may be needed for what they hand to it, and it for nobody's sake but its own. So it begins with
 * the last call of each function, and at the bottom tries what it went past.
 */
export class IntoStrategy implements Strategy<IntoState, IntoAsk, AblateAnswer, IntoState> {
  readonly initial: IntoState;

  /** `first`: names of functions to begin with, from the outermost; `open` knows them all. `most`: parts that are measured together. */
  constructor(
    first: string,
    private readonly open: OpenFunction,
    private readonly most: number,
  ) {
    this.initial = { levels: this.begun(first) };
  }

  next({ levels }: IntoState, pending: readonly IntoAsk[]): Step<IntoAsk, IntoState> {
    if (pending.length > 0) return { kind: "ask", asks: [] };
    const last = levels.at(-1);
    if (last !== undefined && !this.isSettled(last)) return this.ask(last, this.unanswered(last, true));
    const beside = levels.findLast((level) => this.unanswered(level).length > 0);
    const left = MOST_BESIDE - levels.reduce((sum, { beside: tried }) => sum + tried, 0);
    if (beside === undefined || left <= 0) return { kind: "done", finding: { levels } };
    return this.ask(beside, this.unanswered(beside).slice(0, left));
  }

  take({ levels }: IntoState, ask: IntoAsk, answer: AblateAnswer): IntoState {
    const before = levels.at(-1);
    const isBeside = before === undefined || this.isSettled(before);
    const measured = levels.map((level) =>
      level.function === ask.function ? taken(level, ask, answer, isBeside) : level,
    );
    const last = measured.at(-1);
    if (last === undefined || isBeside || !this.isSettled(last)) return { levels: measured };
    const next = this.chosen(last)?.callee ?? null;
    const seen = next === null || measured.some((level) => level.function === next);
    const more = seen || measured.length >= DEEPEST ? [] : this.begun(next);
    return { levels: [...measured, ...more] };
  }

  private ask(level: Level, due: readonly number[]): Step<IntoAsk, IntoState> {
    return { kind: "ask", asks: [{ function: level.function, parts: due.slice(0, this.most) }] };
  }

  /** Whether it is known where to go on from a function: a call is needed and all after it were tried, or all were. */
  private isSettled(level: Level): boolean {
    return this.unanswered(level, true).length === 0 || this.chosen(level)?.judged.verdict === "needed";
  }

  /** Places of what was not measured in a function, the last first; its calls alone, or all. */
  private unanswered(level: Level, calls = false): number[] {
    const parts = this.open(level.function)?.parts ?? [];
    return parts
      .map(({ end, isCall }, at) => ({ at, end, isDue: level.answers[at] === null && (isCall || !calls) }))
      .filter(({ isDue }) => isDue)
      .sort((a, b) => b.end - a.end)
      .map(({ at }) => at);
  }

  standing({ levels }: IntoState): string {
    const level = levels.at(-1);
    if (level === undefined) return "nothing to open";
    const where = `in ${level.function}, ${levels.length} deep`;
    if (!this.isSettled(level)) return `${where}: ${this.unanswered(level, true).length} calls to be tried`;
    return `${where}: ${levels.reduce((sum, { beside }) => sum + beside, 0)} parts beside the way tried`;
  }

  /** The part of a measured function that matters most, and its verdict; null: none. */
  chosen(level: Level): ReturnType<typeof choose> {
    const opened = this.open(level.function);
    return opened === null ? null : choose(opened, level);
  }

  private begun(name: string): Level[] {
    const opened = this.open(name);
    if (opened === null || opened.parts.length === 0) return [];
    return [
      {
        function: name,
        answers: opened.parts.map(() => null),
        whole: { attempts: 0, counted: 0 },
        beside: 0,
      },
    ];
  }
}

function taken(level: Level, { parts }: IntoAsk, answer: AblateAnswer, isBeside: boolean): Level {
  return {
    ...level,
    beside: level.beside + (isBeside ? parts.length : 0),
    answers: level.answers.map((known, at) =>
      parts.includes(at) ? (answer.parts[parts.indexOf(at)] ?? known) : known,
    ),
    whole: {
      attempts: level.whole.attempts + answer.whole.attempts,
      counted: level.whole.counted + answer.whole.counted,
    },
  };
}

/** The call that matters most in a function: the last that is needed; where none is, the one without which it crashes least. */
export function choose(opened: OpenedFunction, level: Level) {
  const judged = judgeParts(level.answers, level.whole);
  const calls = opened.parts.flatMap((part, at) => {
    const verdict = judged[at] ?? null;
    const answer = level.answers[at] ?? null;
    if (!part.isCall || answer === null || verdict?.pValue == null) return [];
    return [{ ...part, at, judged: verdict, answer, rate: answer.counted / answer.attempts }];
  });
  const needed = calls.filter((call) => call.judged.verdict === "needed").sort((a, b) => b.end - a.end);
  const likelier = calls
    .filter((call) => call.judged.verdict === "makes it likelier")
    .sort((a, b) => a.rate - b.rate || b.end - a.end);
  return needed[0] ?? likelier[0] ?? null;
}
