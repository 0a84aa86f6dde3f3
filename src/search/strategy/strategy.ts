/**
 * What a search does next. `ask`: further questions, beyond those that are being answered; none where it must wait for them. `likely`: those
 * that it may well ask then, so that what they need is made meanwhile, the likeliest first.
 */
export type Step<Ask, Finding> =
  | { readonly kind: "ask"; readonly asks: readonly Ask[]; readonly likely?: readonly Ask[] }
  | { readonly kind: "done"; readonly finding: Finding };

/**
 * The mind of a search: what is known, and what to ask now. It is pure (no clock, file, network or chance of its own: a seed is part of the
 * state), so that it is proved by simulation before it meets an engine, and so that a search goes on from its journal: the same answers in
 * the same order make the same state.
 *
 * `Ask` names a candidate and what to do with it, `Answer` is what came of it; both are JSON, since they are journalled.
 */
export interface Strategy<State, Ask, Answer, Finding> {
  /** What is known before anything was asked. */
  readonly initial: State;
  /** What is known after an answer. It may reuse the old state, which is not looked at again. */
  take(state: State, ask: Ask, answer: Answer): State;
  /** `pending`: what was asked and is not answered. It must ask something or be done where nothing is pending. */
  next(state: State, pending: readonly Ask[]): Step<Ask, Finding>;
  /** Where the search stands, in a few words, for progress: `12 commits tried; likeliest 3f2a91c (62 %)`. */
  standing(state: State): string;
}
