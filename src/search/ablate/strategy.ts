import type { OutcomeName } from "../../manifest/repro.js";
import type { Step, Strategy } from "../strategy/strategy.js";

/** What came of the program without one part. */
export interface PartAnswer {
  /** Why it could not be built; null: it was. */
  readonly refused: string | null;
  readonly attempts: number;
  /** Attempts that ended as the bug does, as far as one can tell without gdb. */
  readonly counted: number;
  readonly others: readonly {
    readonly what: string;
    readonly outcome: OutcomeName;
    readonly count: number;
  }[];
  /** Title of another crash that gdb saw in place of the bug's; null: it saw the bug's, or none. */
  readonly otherCrash: string | null;
}

/** Measure these parts (by their place in the list), and the whole program between them. */
export interface AblateAsk {
  readonly parts: readonly number[];
}

export interface AblateAnswer {
  readonly parts: readonly PartAnswer[];
  readonly whole: { readonly attempts: number; readonly counted: number };
}

export interface AblateState {
  /** By the place of a part. */
  readonly answers: readonly (PartAnswer | null)[];
  readonly whole: { readonly attempts: number; readonly counted: number };
}

/** Measures every part once, some at a time; what comes of one says nothing of which is next, so that all are comparable. */
export class AblateStrategy implements Strategy<AblateState, AblateAsk, AblateAnswer, AblateState> {
  readonly initial: AblateState;

  /** `groups`: places of parts that are measured together. */
  constructor(
    private readonly groups: readonly (readonly number[])[],
    count: number,
  ) {
    this.initial = { answers: Array.from({ length: count }, () => null), whole: { attempts: 0, counted: 0 } };
  }

  next(state: AblateState, pending: readonly AblateAsk[]): Step<AblateAsk, AblateState> {
    const asked = new Set(pending.flatMap(({ parts }) => parts));
    const due = this.groups.filter((group) =>
      group.some((at) => state.answers[at] === null && !asked.has(at)),
    );
    if (due.length === 0 && pending.length === 0) return { kind: "done", finding: state };
    return { kind: "ask", asks: due.map((parts) => ({ parts })) };
  }

  take({ answers, whole }: AblateState, { parts }: AblateAsk, answer: AblateAnswer): AblateState {
    return {
      answers: answers.map((known, at) =>
        parts.includes(at) ? (answer.parts[parts.indexOf(at)] ?? null) : known,
      ),
      whole: {
        attempts: whole.attempts + answer.whole.attempts,
        counted: whole.counted + answer.whole.counted,
      },
    };
  }

  standing({ answers }: AblateState): string {
    const known = answers.filter((answer) => answer !== null);
    const without = known.filter(({ attempts, counted }) => attempts > 0 && counted === 0).length;
    return `${known.length} of ${answers.length} parts tried; ${without} without which it did not crash`;
  }
}
