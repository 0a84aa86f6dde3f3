import { noAnswers, withAnswer, type AblateAnswer } from "../ablate/answers.js";
import type { Tally } from "../../stats/tally.js";
import { counted } from "../../text/numbers.js";
import type { Step, Strategy } from "../strategy/strategy.js";
import { choose, isFound } from "./choose.js";
import type { OpenFunction } from "./inner.js";
import type { Level } from "./level.js";

/** Measure these parts (by their place) of a function, and the whole program between them. */
export interface IntoAsk {
  readonly function: string;
  readonly parts: readonly number[];
}

export interface IntoState {
  readonly levels: readonly Level[];
}

/** Functions that are opened one in another, at most. */
const DEEPEST = 32;

/** Calls of a function that are tried first: mostly the one that matters is among the last of them, and each is a build. */
const FIRST = 2;

/** Parts that are tried when the way down is known, those of the innermost functions first: they tell what else matters there. */
const MOST_BESIDE = 10;

/**
 * Goes down from a function into the call in it that matters, and so on, until nothing that matters can be opened. Of several calls it takes
 * the last (`choose`), so that it begins with the last call of each function, and at the bottom tries what it went past.
 */
export class IntoStrategy implements Strategy<IntoState, IntoAsk, AblateAnswer, IntoState> {
  readonly initial: IntoState;

  /** `first`: name of the function to begin with, which `open` knows. `most`: parts that are measured together. */
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
    const opened = this.open(last.function);
    const next = opened === null ? null : choose(opened, last);
    const name = next?.callee ?? null;
    const seen = name === null || measured.some((level) => level.function === name);
    const more = seen || next === null || measured.length >= DEEPEST ? [] : this.begun(name, next);
    return { levels: [...measured, ...more] };
  }

  private ask(level: Level, due: readonly number[]): Step<IntoAsk, IntoState> {
    const isNew = level.answers.every((answer) => answer === null);
    const parts = due.slice(0, isNew ? Math.min(FIRST, this.most) : this.most);
    return { kind: "ask", asks: [{ function: level.function, parts }] };
  }

  /** Whether it is known where to go on from a function: all calls from the one that matters on were tried, or all were. */
  private isSettled(level: Level): boolean {
    const opened = this.open(level.function);
    return opened === null || this.unanswered(level, true).length === 0 || isFound(opened, level);
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
    if (!this.isSettled(level))
      return `${where}: ${counted(this.unanswered(level, true).length, "call")} left to try`;
    const sum = levels.reduce((so, { beside }) => so + beside, 0);
    return `${where}: tried ${counted(sum, "part")} that it went past`;
  }

  private begun(name: string, without: Tally | null = null): Level[] {
    const opened = this.open(name);
    if (opened === null || opened.parts.length === 0) return [];
    return [
      {
        ...noAnswers(opened.parts.length),
        function: name,
        floor: without === null ? null : { attempts: without.attempts, counted: without.counted },
        beside: 0,
      },
    ];
  }
}

function taken(level: Level, { parts }: IntoAsk, answer: AblateAnswer, isBeside: boolean): Level {
  return {
    ...level,
    ...withAnswer(level, parts, answer),
    beside: level.beside + (isBeside ? parts.length : 0),
  };
}
