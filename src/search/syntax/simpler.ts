import type { Node } from "web-tree-sitter";
import { namedChildren } from "./program.js";

/** Texts that may take the place of an expression: its operands, smaller numbers, nothing. */
export function simplerThan(node: Node): string[] {
  return SIMPLER[node.type]?.(node) ?? [];
}

const part =
  (...names: string[]) =>
  (node: Node): string[] =>
    names.flatMap((name) => node.childForFieldName(name)?.text ?? []);
const nothing = (): string[] => [""];
const number = ({ text }: Node): string[] => smallerNumbers(text);
const string = ({ parent }: Node): string[] =>
  parent?.type.startsWith("preproc") || parent?.type === "import_spec" ? [] : ['""'];
const isStatement = ({ parent }: Node): boolean => parent?.type === "expression_statement";

/** What may take the place of an expression, by its type. */
const SIMPLER: Readonly<Record<string, (node: Node) => string[]>> = {
  binary_expression: part("left", "right"),
  conditional_expression: part("consequence", "alternative"),
  init_declarator: part("declarator"),
  cast_expression: part("value"),
  call_expression: (node) => (isStatement(node) ? argumentsOf(node) : ["0", ...argumentsOf(node)]),
  assignment_expression: (node) => (isStatement(node) ? part("right")(node) : []),
  else_clause: nothing,
  number_literal: number,
  int_literal: number,
  string_literal: string,
  interpreted_string_literal: string,
};

function argumentsOf(call: Node): string[] {
  const list = call.childForFieldName("arguments");
  return list === null
    ? []
    : namedChildren(list)
        .filter(({ type }) => type.endsWith("call_expression"))
        .map(({ text }) => text);
}

function smallerNumbers(text: string): string[] {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 1) return [];
  return value <= 2 ? ["1"] : [...new Set(["1", "2", String(Math.floor(value / 2))])];
}
