/**
 * A sentence for people in which names, paths and a program's own words stand apart from ours. A format decides what
 * such a piece looks like (a code span, `<code>`, bare text) and how both kinds are escaped.
 */
export type Phrase = readonly (string | Code)[];

export interface Code {
  readonly code: string;
}

/** A name, a path, an address, or anything that a program said. */
export function code(text: string): Code {
  return { code: text };
}

/** Joins text, code and whole phrases: say`crashes in ${code(name)}`. */
export function say(strings: TemplateStringsArray, ...values: (string | Code | Phrase)[]): Phrase {
  const pieces: (string | Code)[] = [];
  strings.forEach((text, i) => {
    if (text !== "") pieces.push(text);
    const value = values[i];
    if (value === undefined || value === "") return;
    if (Array.isArray(value)) pieces.push(...(value as Phrase));
    else pieces.push(value as string | Code);
  });
  return pieces;
}

/** `a`, `a and b`, `a, b and c`, each in code. */
export function codes(names: readonly string[]): Phrase {
  return names.flatMap((name, i) => {
    const joint = i === 0 ? [] : [i === names.length - 1 ? " and " : ", "];
    return [...joint, code(name)];
  });
}

/** Phrases one after the other, a space between them. */
export function together(...phrases: Phrase[]): Phrase {
  return phrases
    .filter((phrase) => phrase.length > 0)
    .flatMap((phrase, i) => (i === 0 ? phrase : [" ", ...phrase]));
}

/** The bare words. */
export function words(phrase: Phrase): string {
  return phrase.map((piece) => (typeof piece === "string" ? piece : piece.code)).join("");
}

/** What makes a word read as code: an underscore, a register, an address, a call, a path, a shared object. */
const TECHNICAL = /[_$%@#`~|<>{}*\\]|0x[0-9a-f]|\(|::|\/|\.so\b/i;

/**
 * A sentence that another stage wrote about a program, its technical words set as code, and what stands between
 * backticks: technical("`mov (%rax),%rcx` reads from where __ctype_b_loc() points").
 */
export function technical(sentence: string): Phrase {
  return sentence
    .split(/`([^`\n]+)`/)
    .flatMap((part, i) => (i % 2 === 1 ? [code(part)] : part === "" ? [] : wordsAsCode(part)));
}

function wordsAsCode(text: string): Phrase {
  const pieces: (string | Code)[] = [];
  const add = (piece: string) => {
    const last = pieces.at(-1);
    if (typeof last === "string") pieces[pieces.length - 1] = last + piece;
    else if (piece !== "") pieces.push(piece);
  };
  for (const word of text.split(/(\s+)/)) {
    const [, before = "", core = "", after = ""] = /^([("'[]*)(.*?)([.,;:!?"'\]]*)$/s.exec(word) ?? [];
    // A bracket that was opened before the word is closed behind it: "(at 0xe5)" but "f(0xe5)".
    const closes = core.endsWith(")") && !core.includes("(");
    const body = closes ? core.slice(0, -1) : core;
    if (!/[\p{L}\p{N}]/u.test(body) || !TECHNICAL.test(body)) {
      add(word);
      continue;
    }
    add(before);
    pieces.push(code(body));
    add(`${closes ? ")" : ""}${after}`);
  }
  return pieces;
}
