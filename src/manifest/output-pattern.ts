import { createRequire } from "node:module";
import { badRequest } from "../failure.js";

/** Loaded for the first pattern: its tables are large, and few manifests have a pattern. */
const require = createRequire(import.meta.url);
const re2 = () => (require("re2js") as typeof import("re2js")).RE2JS;

/** Longer than any pattern that a person writes. */
const MAX_PATTERN = 1000;
/** Longest text that a pattern is tried on, characters; of more, the end. */
const MAX_TEXT = 64 * 1024;

/** A manifest's `output`: whether a program's output matches. */
export interface OutputPattern {
  test(text: string): boolean;
}

/**
 * A pattern that a stranger's manifest gives, to be tried on what a hostile program prints: RE2's automaton takes time
 * linear in the text, whatever both are. So look-around and back references, which no automaton has, are refused.
 * `^` and `$` match at lines. Throws a Failure("request").
 */
export function outputPattern(pattern: string): OutputPattern {
  if (pattern.length > MAX_PATTERN)
    throw badRequest(`a regular expression of more than ${MAX_PATTERN} characters`);
  try {
    const RE2JS = re2();
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern), RE2JS.MULTILINE);
    return { test: (text) => compiled.test(text.slice(-MAX_TEXT)) };
  } catch (cause) {
    throw badRequest(
      `not a regular expression: ${(cause as Error).message}`,
      "look-around and back references are not supported: every pattern is matched in linear time",
      cause,
    );
  }
}

/** Why a pattern cannot be used; null where it can. */
export function patternFault(pattern: string): string | null {
  try {
    outputPattern(pattern);
    return null;
  } catch (failure) {
    return (failure as Error).message;
  }
}
