const OPENING = "(<[{";
const CLOSING = ")>]}";
/** What may follow the word `operator` and would be taken for brackets. */
const OPERATOR = /^operator(?:\(\)|\[\]|<=>|<<=|>>=|->\*|->|<<|>>|<=|>=|<|>)/;

/**
 * Where in a frame's text the arguments begin: the first ` (` outside of any brackets that is not a part of the name. So `std::function<void
 * (int)>::operator()(int) const (this=0x0)` keeps its tail. -1 where there is none. Linear.
 */
export function argumentsAt(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (depth === 0 && character === " " && text[i + 1] === "(") return i;
    if (character === "o" && !/\w/.test(text[i - 1] ?? " ")) {
      const operator = OPERATOR.exec(text.slice(i, i + 16));
      if (operator !== null) {
        i += operator[0].length - 1;
        continue;
      }
    }
    // `->` is no bracket.
    if (character === ">" && text[i - 1] === "-") continue;
    if (OPENING.includes(character)) depth++;
    else if (CLOSING.includes(character) && depth > 0) depth--;
  }
  return -1;
}

/** A text that ends with a bracket: what is in it, and what is before. Null where its brackets do not balance. */
export function splitCall(text: string): { readonly before: string; readonly inside: string } | null {
  if (!text.endsWith(")")) return null;
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] === ")") depth++;
    else if (text[i] === "(" && --depth === 0)
      return { before: text.slice(0, i).trimEnd(), inside: text.slice(i + 1, -1) };
  }
  return null;
}
