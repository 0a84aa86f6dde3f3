import { createRequire } from "node:module";
import type { Language as Loaded, Node } from "web-tree-sitter";

/** Languages whose programs are taken apart by their syntax. */
export const PARSED_LANGUAGES = ["c", "c++", "go"] as const;
export type ParsedLanguage = (typeof PARSED_LANGUAGES)[number];

/** A parser of one language. Offsets of its nodes are indexes of the string that was parsed. */
export interface Grammar {
  readonly language: ParsedLanguage;
  /** The tree of a text, whatever it says: what is no program has nodes that are errors. */
  parse(text: string): Node;
}

const FILES: Readonly<Record<ParsedLanguage, string>> = {
  c: "tree-sitter-c/tree-sitter-c.wasm",
  "c++": "tree-sitter-cpp/tree-sitter-cpp.wasm",
  go: "tree-sitter-go/tree-sitter-go.wasm",
};

const loaded = new Map<ParsedLanguage, Promise<Grammar>>();

/** Loads tree-sitter's grammar of a language, once. */
export function loadGrammar(language: ParsedLanguage): Promise<Grammar> {
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const fresh = load(language);
  loaded.set(language, fresh);
  return fresh;
}

async function load(language: ParsedLanguage): Promise<Grammar> {
  const { Language, Parser } = await import("web-tree-sitter");
  await Parser.init();
  const grammar: Loaded = await Language.load(createRequire(import.meta.url).resolve(FILES[language]));
  return {
    language,
    parse(text) {
      const parser = new Parser();
      parser.setLanguage(grammar);
      const tree = parser.parse(text);
      parser.delete();
      if (tree === null) throw new Error(`tree-sitter gave no tree of ${text.length} characters`);
      return tree.rootNode;
    },
  };
}
