import type { Step, Strategy } from "../strategy/strategy.js";
import { noAnswers, withAnswer, type AblateAnswer, type Answers } from "./answers.js";
import { judgeParts } from "./verdict.js";

/** Verdicts of what a crash does not do without, or not as well. */
export const MATTERS: ReadonlySet<string> = new Set(["needed", "makes it likelier"]);

/** Measure these parts (by their place in the list), and the whole program between them. */
export interface AblateAsk {
  readonly parts: readonly number[];
  /** Another environment than the one that is searched in. */
  readonly environment?: string;
}

export interface AblateState extends Answers {
  /** By environment: what settings that matter come to in others. */
  readonly elsewhere: Readonly<Record<string, Elsewhere>>;
}

export interface Elsewhere {
  readonly parts: readonly number[];
  readonly answers: AblateAnswer["parts"];
  readonly whole: AblateAnswer["whole"];
}

/** Other environments in which it crashes, and the parts that may matter there otherwise. */
export interface Others {
  readonly environments: readonly string[];
  readonly isSetting: (part: number) => boolean;
}

/**
 * Measures every part once, some at a time; what comes of one says nothing of which is next, so that all are comparable. Then the settings
 * that matter, in the other environments in which it crashes.
 */
export class AblateStrategy implements Strategy<AblateState, AblateAsk, AblateAnswer, AblateState> {
  readonly initial: AblateState;

  /** `groups`: places of parts that are measured together. */
  constructor(
    private readonly groups: readonly (readonly number[])[],
    count: number,
    private readonly others: Others = { environments: [], isSetting: () => false },
  ) {
    this.initial = { ...noAnswers(count), elsewhere: {} };
  }

  next(state: AblateState, pending: readonly AblateAsk[]): Step<AblateAsk, AblateState> {
    const asked = new Set(pending.flatMap(({ parts }) => parts));
    const due = this.groups.filter((group) =>
      group.some((at) => state.answers[at] === null && !asked.has(at)),
    );
    if (due.length > 0 || pending.length > 0) return { kind: "ask", asks: due.map((parts) => ({ parts })) };
    const asks = this.asksElsewhere(state);
    return asks.length === 0 ? { kind: "done", finding: state } : { kind: "ask", asks };
  }

  take(state: AblateState, { parts, environment }: AblateAsk, answer: AblateAnswer): AblateState {
    if (environment === undefined) return { ...state, ...withAnswer(state, parts, answer) };
    const there = { parts, answers: answer.parts, whole: answer.whole };
    return { ...state, elsewhere: { ...state.elsewhere, [environment]: there } };
  }

  private asksElsewhere({ answers, whole, elsewhere }: AblateState): AblateAsk[] {
    const judged = judgeParts(answers, whole);
    const parts = judged.flatMap((each, at) =>
      this.others.isSetting(at) && MATTERS.has(each?.verdict ?? "") ? [at] : [],
    );
    if (parts.length === 0) return [];
    return this.others.environments
      .filter((environment) => elsewhere[environment] === undefined)
      .map((environment) => ({ parts, environment }));
  }

  standing({ answers, elsewhere }: AblateState): string {
    const others = Object.keys(elsewhere);
    if (others.length > 0) return `tried the settings that matter on ${others.join(", ")}, too`;
    const known = answers.filter((answer) => answer !== null);
    const without = known.filter(({ attempts, counted }) => attempts > 0 && counted === 0).length;
    return `${known.length} of ${answers.length} parts tried; ${without} without which it did not crash`;
  }
}
