import type { Explanation } from "../evidence.js";

/** An explanation that rests on no operand of an instruction. */
export function explanation(
  kind: Explanation["kind"],
  text: string,
  facts: readonly string[] = [],
): Explanation {
  return { kind, text, operand: null, facts: [...facts] };
}
