import type { Node } from "web-tree-sitter";
import type { Edit } from "./edit.js";
import { namedChildren, walk, type ParsedFile, type Program } from "./program.js";
import { removeElement } from "./removable.js";
import type { Placed } from "./symbols.js";

/** A parameter that no body of its function uses, and the edits that take it and its arguments out. */
export interface UnusedParameter {
  readonly title: string;
  readonly line: number;
  readonly edits: readonly Edit[];
}

/** A function's list of parameters where it is declared or defined. */
interface Listed {
  readonly file: ParsedFile;
  readonly list: Node;
  readonly body: Node | null;
}

interface Parameter {
  /** What a comma parts from its neighbours: a declaration, or one name of several in Go's `a, b int`. */
  readonly node: Node;
  readonly name: string | null;
}

/**
 * Every parameter that nothing uses, of functions that are only called: whose address nobody takes, of which there is one of its name, and
 * whose calls all have as many arguments as it has parameters.
 */
export function unusedParameters(program: Program): UnusedParameter[] {
  const functions = new Map<string, Listed[]>();
  const mentions = new Map<string, Placed[]>();
  const calls = new Map<string, Placed[]>();
  for (const file of program.files) {
    for (const node of walk(file.root)) {
      if (program.shape.names.has(node.type)) push(mentions, node.text, { file, node });
      const found = listedAt(file, node);
      if (found !== null) push(functions, found.name, found.listed);
      if (node.type === program.shape.call) push(calls, calledName(node), { file, node });
    }
  }
  return [...functions].flatMap(([name, lists]) => {
    const called = calls.get(name) ?? [];
    const isOnlyCalled = mentions.get(name)?.length === lists.length + called.length;
    return name === "main" || !isOnlyCalled ? [] : ofFunction(program, name, lists, called);
  });
}

function push<T>(to: Map<string, T[]>, key: string, value: T): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, [value]);
  else known.push(value);
}

/** The list of parameters that a node declares a function with. */
function listedAt(file: ParsedFile, node: Node): { name: string; listed: Listed } | null {
  const list = node.childForFieldName("parameters");
  if (list === null) return null;
  if (node.type === "function_declaration" || node.type === "method_declaration") {
    const name = node.childForFieldName("name")?.text;
    return name === undefined ? null : { name, listed: { file, list, body: node.childForFieldName("body") } };
  }
  const name = node.childForFieldName("declarator");
  if (node.type !== "function_declarator" || !/^(identifier|field_identifier)$/.test(name?.type ?? ""))
    return null;
  const definition = definitionOf(node);
  return { name: name?.text ?? "", listed: { file, list, body: definition } };
}

/** The body of the definition that a declarator belongs to, through `*` of what it returns. */
function definitionOf(declarator: Node): Node | null {
  const { parent } = declarator;
  if (parent === null) return null;
  if (/declarator$/.test(parent.type)) return definitionOf(parent);
  return parent.type === "function_definition" ? parent.childForFieldName("body") : null;
}

function calledName(call: Node): string {
  const called = call.childForFieldName("function");
  return (called?.childForFieldName("field") ?? called)?.text ?? "";
}

function ofFunction(
  { grammar, shape }: Program,
  name: string,
  lists: readonly Listed[],
  calls: readonly Placed[],
): UnusedParameter[] {
  const all = lists.map(({ list }) => parametersOf(list));
  const count = all[0]?.length ?? 0;
  const given = calls.map(({ file, node }) => ({ file, list: node.childForFieldName("arguments") }));
  const argumentsOf = ({ list }: { list: Node | null }): Node[] =>
    list === null ? [] : namedChildren(list).filter(({ type }) => !shape.comments.has(type));
  if (all.some((each) => each.length !== count)) return [];
  if (given.some((each) => argumentsOf(each).length !== count)) return [];
  // In C, `f()` takes anything, and `f(void)` nothing.
  const empty = grammar.language === "c" ? "void" : "";
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => {
    const isUsed = lists.some(({ body }, n) => body !== null && mentions(body, all[n]?.[i]?.name ?? null));
    if (isUsed || lists.every(({ body }) => body === null)) return [];
    const edits = [
      ...lists.map(({ file }, n): Edit => {
        const { node } = all[n]?.[i] as Parameter;
        return count === 1
          ? { file: file.name, start: node.startIndex, end: node.endIndex, text: empty }
          : removeElement(file, node);
      }),
      ...given.map((each) => removeElement(each.file, argumentsOf(each)[i] as Node)),
    ];
    const first = all[0]?.[i] as Parameter;
    return [{ title: `${first.node.text} of ${name}`, line: first.node.startPosition.row + 1, edits }];
  });
}

/** Parameters in order; none where there are any number of them, or a field that is no parameter. */
function parametersOf(list: Node): Parameter[] {
  const declared = namedChildren(list).filter(({ type }) => type !== "comment");
  if (declared.length === 1 && declared[0]?.text === "void") return [];
  if (declared.some(({ type }) => type !== "parameter_declaration")) return [];
  return declared.flatMap((node): Parameter[] => {
    const names = node.childrenForFieldName("name").filter((each): each is Node => each !== null);
    if (names.length > 1) return names.map((each) => ({ node: each, name: each.text }));
    const name = names[0] ?? declaredName(node.childForFieldName("declarator"));
    return [{ node, name: name?.text ?? null }];
  });
}

function declaredName(declarator: Node | null): Node | null {
  if (declarator === null) return null;
  return [...walk(declarator)].find(({ type }) => type === "identifier") ?? null;
}

function mentions(body: Node, name: string | null): boolean {
  if (name === null || name === "_") return false;
  for (const { type, text } of walk(body)) if (type === "identifier" && text === name) return true;
  return false;
}
