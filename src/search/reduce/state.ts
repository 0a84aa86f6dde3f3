import type { Tally } from "../../stats/tally.js";

/** A way to make a material smaller. */
export interface Change<M> {
  /** The same for the same change of a program that was changed elsewhere meanwhile. */
  readonly key: string;
  readonly title: string;
  /** The material with this change alone. */
  readonly material: M;
}

/** A material of a reduction and the ways to make it smaller; the rest of what it is does not matter here. */
export interface Reducible<M> {
  /** Characters that count, the smaller the better. */
  size(material: M): number;
  /** Every change of it, those that save most first; `fine`: also those that only simplify. */
  changes(material: M, fine: boolean): readonly Change<M>[];
  /** Whether two changes can be made together: they touch different text. */
  apart(one: Change<M>, other: Change<M>): boolean;
  /** Several changes at once, each apart from all others. */
  together(material: M, changes: readonly Change<M>[]): M;
}

/**
 * Are these small enough steps right? Or: is this one right, looked at closely, so that it becomes the best? `best`: attempts of the best so
 * far, none of the whole program.
 */
export type ReduceAsk<M> =
  | {
      readonly kind: "probe";
      readonly candidates: readonly M[];
      readonly titles: readonly string[];
      readonly best: Tally;
    }
  | { readonly kind: "keep"; readonly candidate: M; readonly titles: readonly string[]; readonly best: Tally }
  | { readonly kind: "again"; readonly candidate: M };

/** Why a candidate falls; null: it does not. */
export type Refusal = string | null;

/** `made`: attempts in all that the answer took, on every environment. */
export type ReduceAnswer =
  | { readonly kind: "probe"; readonly refusals: readonly Refusal[]; readonly made: number }
  | {
      readonly made: number;
      readonly kind: "keep" | "again";
      readonly refusal: Refusal;
      readonly attempts: number;
      readonly counted: number;
    };

/** A step that was kept, with fresh attempts of it, from when it was kept on. */
export interface KeptStep<M> extends Tally {
  readonly material: M;
  readonly titles: readonly string[];
  /** Keys of the changes that it made. */
  readonly keys: readonly string[];
}

export interface ReduceState<M> {
  /** From the whole program on; the last is the best so far. */
  readonly steps: readonly KeptStep<M>[];
  /** Changes to keep next, as one; then, where that fails, in halves. */
  readonly queue: readonly (readonly Change<M>[])[];
  /**
   * Changes that fell in this sweep over the program, and how many steps had been kept when they did. What fell in the last sweep of the coarse
   * ones is not tried again among the fine ones.
   */
  readonly fallen: ReadonlyMap<string, number>;
  /** Changes that fell with others, in this sweep as above: at most so many are made together the next time. */
  readonly doubted: ReadonlyMap<string, number>;
  /** Changes of steps that were taken back: at most so many are kept together the next time; 0: it is not made again. */
  readonly distrusted: ReadonlyMap<string, number>;
  /** Candidates of the next probe, and changes that each of them makes at most. */
  readonly width: number;
  readonly together: number;
  readonly fine: boolean;
  /** Sweeps of this fineness, and whether this one has kept anything. */
  readonly sweep: number;
  readonly keptInSweep: boolean;
  /** Attempts that all answers took. */
  readonly made: number;
  /** Changes that were tried, and how many of them for which reason fell. */
  readonly tried: number;
  /** Candidates that were built. */
  readonly built: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** Kept since the best was measured again. */
  readonly sinceAgain: number;
  readonly ending: boolean;
  readonly dropped: number;
}

/** What was kept last. */
export function bestOf<M>({ steps }: Pick<ReduceState<M>, "steps">): M {
  return (steps.at(-1) as KeptStep<M>).material;
}
