import type { Language } from "../../manifest/repro.js";

/** A piece of code in a text. */
export interface CodeBlock {
  /** What follows the fence, such as `go`; empty where nothing does, or where the block is indented. */
  readonly info: string;
  /** Its path, where the text says it: relative, and below the folder of the program. */
  readonly file?: string;
  /** The line of text before it, where there is one. */
  readonly before?: string;
  readonly text: string;
}

/** A block that is a program of its own. */
export interface Program {
  readonly language: Language;
  readonly test: boolean;
  readonly text: string;
  /** Its path, where the text says it of a program of several files. */
  readonly file?: string;
}
