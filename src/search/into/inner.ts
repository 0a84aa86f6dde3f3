import type { Part } from "../ablate/parts.js";

/** A part of a function, and where it leads. */
export interface InnerPart extends Part {
  /** The function that it calls and that can be opened in turn; null: none, or none that can. */
  readonly callee: string | null;
  /** Whether it is a call or holds one: calls are tried on the way down, the rest at its end. */
  readonly isCall: boolean;
  /** Where it ends in its file: of two calls that are needed, the one that is made last is not needed for the other's sake. */
  readonly end: number;
}

/** A function, taken apart. */
export interface OpenedFunction {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly parts: readonly InnerPart[];
  /** Parts beyond those that are tried. */
  readonly leftOut: number;
}

/** Opens a function by its name; null where there is none. */
export type OpenFunction = (name: string) => OpenedFunction | null;
