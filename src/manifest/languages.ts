import { compiledEndings } from "./compiled-languages.js";
import type { Language } from "./repro.js";

/** The language of a source file, by its ending. */
export const LANGUAGE_OF: Readonly<Record<string, Language>> = {
  ".c": "c",
  ".cc": "c++",
  ".cpp": "c++",
  ".cxx": "c++",
  ".go": "go",
  ".s": "c",
  ".S": "c",
  ...Object.fromEntries(compiledEndings()),
};

/** `.c, .cc, .cpp, .cxx, .go`, for messages. */
export function sourceEndings(): string {
  return Object.keys(LANGUAGE_OF).join(", ");
}
