import type { Phrase } from "../../text/phrase.js";
import type { Result } from "../../result/result.js";

/** A piece of a search's report; each format draws each kind of piece in one place. */
export type Block =
  | { readonly kind: "text"; readonly phrase: Phrase }
  | { readonly kind: "list"; readonly items: readonly Phrase[] }
  | {
      readonly kind: "table";
      readonly columns: readonly StoryColumn[];
      readonly rows: readonly (readonly Phrase[])[];
    }
  | { readonly kind: "code"; readonly language: string; readonly lines: readonly string[] }
  | { readonly kind: "plot"; readonly plot: RatePlot }
  /** The crashes of a campaign, with their evidence. */
  | { readonly kind: "crashes"; readonly result: Result };

export interface StoryColumn {
  readonly title: string;
  readonly align?: "right";
  /** May be shortened in a terminal that is too narrow, to `least` characters, at its end or in its middle (default). */
  readonly shrinks?: true;
  readonly least?: number;
  readonly cut?: "middle" | "end";
}

/** Rates of candidates in their order and, where there is one, the probability of each. */
export interface RatePlot {
  readonly title: string;
  /** What the rates are of. */
  readonly of: string;
  readonly rows: readonly RatePlotRow[];
}

export interface RatePlotRow {
  readonly label: string;
  /** From 0 to 1; null where it was not measured. */
  readonly rate: { readonly estimate: number; readonly low: number; readonly high: number } | null;
  /** Null in a search without one. */
  readonly probability: number | null;
}

/** A part of the report with a heading of its own. */
export interface Chapter {
  /** Address in the page: lower-case letters. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Left out of the terminal's summary. */
  readonly atLength?: true;
}
