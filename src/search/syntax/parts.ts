import type { Node } from "web-tree-sitter";
import type { Edit } from "./edit.js";
import { lineOf, namedChildren, outwards, titleOf, walk, type ParsedFile, type Program } from "./program.js";
import { members, remove } from "./removable.js";

export type PartKind = "function" | "statement" | "call" | "argument" | "loop";

/** A part of a program, and the edits that take it out or make it trivial. */
export interface ProgramPart {
  readonly kind: PartKind;
  /** As it stands in the program, shortened. */
  readonly title: string;
  readonly file: string;
  /** From 1: of its first line and of its last. */
  readonly line: number;
  readonly lastLine: number;
  /** What the crash needs where it needs this part: `the call of getpwuid_r`. */
  readonly needs: string;
  readonly edits: readonly Edit[];
  /** Names of the functions that are called in it, in order, and where it ends in its file. */
  readonly calls: readonly string[];
  readonly end: number;
}

/** Every part of a program in the order in which it stands there. */
export function partsOf(program: Program): ProgramPart[] {
  const parts = program.files.flatMap((file) =>
    [...walk(file.root)].flatMap((node) => [
      ...functionParts(program, file, node),
      ...statementParts(program, file, node),
      ...callParts(program, file, node),
      ...loopParts(program, file, node),
    ]),
  );
  const distinct = new Map(parts.map((part) => [JSON.stringify(part.edits), part]));
  return [...distinct.values()];
}

function part(
  shape: Program["shape"],
  file: ParsedFile,
  node: Node,
  { kind, needs, edits }: Pick<ProgramPart, "kind" | "needs" | "edits">,
): ProgramPart {
  return {
    kind,
    title: titleOf(node),
    file: file.name,
    line: lineOf(node),
    lastLine: node.endPosition.row + 1,
    needs,
    edits,
    calls: callsIn(shape, node),
    end: node.endIndex,
  };
}

/** A function that only does not do anything: what it returns is left. */
function functionParts({ shape }: Program, file: ParsedFile, node: Node): ProgramPart[] {
  if (!shape.functions.has(node.type)) return [];
  const body = node.childForFieldName("body");
  const name = nameOf(node);
  if (body === null || name === "main") return [];
  const sequence = [...walk(body)].find((each) => members(shape, each).length > 0);
  if (sequence === undefined) return [];
  const gone = members(shape, sequence).filter(
    ({ type }) => type !== "return_statement" && !shape.comments.has(type),
  );
  if (gone.length < 2) return [];
  return [
    part(shape, file, node, {
      kind: "function",
      needs: `what ${name} does`,
      edits: gone.map((each) => remove(file, shape, each)),
    }),
  ];
}

function statementParts({ shape }: Program, file: ParsedFile, node: Node): ProgramPart[] {
  if (!inFunction(shape, node)) return [];
  return members(shape, node)
    .filter(({ type }) => !shape.comments.has(type))
    .map((each) =>
      part(shape, file, each, {
        kind: "statement",
        needs: needsOf(shape, each),
        edits: [remove(file, shape, each)],
      }),
    );
}

/** Calls that are no statement of their own, and arguments that are written out. */
function callParts({ shape, grammar }: Program, file: ParsedFile, node: Node): ProgramPart[] {
  if (node.type !== shape.call || !inFunction(shape, node)) return [];
  const name = node.childForFieldName("function")?.text ?? "a function";
  const replaced = (kind: PartKind, each: Node, needs: string, text: string): ProgramPart =>
    part(shape, file, each, {
      kind,
      needs,
      edits: [{ file: file.name, start: each.startIndex, end: each.endIndex, text }],
    });
  const isStatement = node.parent?.type === "expression_statement";
  const call =
    isStatement || grammar.language === "go" ? [] : [replaced("call", node, `the call of ${name}`, "0")];
  const list = node.childForFieldName("arguments");
  const given = list === null ? [] : namedChildren(list);
  const written = given.flatMap((argument) => {
    const text = trivialFor(argument, grammar.language);
    return text === null
      ? []
      : [replaced("argument", argument, `the argument ${argument.text} of ${name}`, text)];
  });
  return [...call, ...written];
}

function trivialFor({ type, text }: Node, language: string): string | null {
  if (/string_literal$/.test(type)) return text === '""' ? null : '""';
  if (/^(number|int)_literal$/.test(type)) return Number(text) === 0 ? null : "0";
  return language === "go" || type === "null" || type === "sizeof_expression" ? null : "0";
}

/** A loop that is gone through once. */
function loopParts({ shape }: Program, file: ParsedFile, node: Node): ProgramPart[] {
  if (!shape.loops.has(node.type)) return [];
  const clause = namedChildren(node).find(({ type }) => type === "for_clause") ?? node;
  const condition = clause.childForFieldName("condition");
  const bound =
    condition === null
      ? undefined
      : [...walk(condition)].find(
          ({ type, text }) => /^(number|int)_literal$/.test(type) && Number(text) > 1,
        );
  if (bound === undefined) return [];
  const edits = [{ file: file.name, start: bound.startIndex, end: bound.endIndex, text: "1" }];
  const calls = callsIn(shape, node).slice(0, MOST_CALLS);
  const does = calls.length === 0 ? "" : ` (it calls ${calls.join(", ")})`;
  const needs = `more than one pass of the loop at line ${lineOf(node)}${does}`;
  const one = part(shape, file, bound, { kind: "loop", needs, edits });
  return [{ ...one, title: `${bound.text} passes` }];
}

/** Most that a sentence names. */
const MOST_CALLS = 3;

/** The functions that a node calls, each once, in order. */
function callsIn(shape: Program["shape"], node: Node): string[] {
  const names = [...walk(node)].flatMap((each) =>
    each.type === shape.call ? (each.childForFieldName("function")?.text ?? []) : [],
  );
  return [...new Set(names)];
}

/** What a statement is there for, in words: the first call in it, else its text. */
function needsOf(shape: Program["shape"], node: Node): string {
  const text = node.text.split("\n")[0] ?? "";
  if (shape.loops.has(node.type)) return `the loop at line ${lineOf(node)}`;
  const call = [...walk(node)].find(({ type }) => type === shape.call);
  const name = call?.childForFieldName("function")?.text;
  return name === undefined ? `\`${text.slice(0, 50)}\`` : `the call of ${name}`;
}

function nameOf(node: Node): string {
  const declared = node.childForFieldName("name") ?? node.childForFieldName("declarator");
  if (declared === null) return "it";
  return (
    [...walk(declared)].find(({ type }) => /^(identifier|field_identifier)$/.test(type))?.text ??
    declared.text
  );
}

function inFunction(shape: Program["shape"], node: Node): boolean {
  for (const at of outwards(node)) if (shape.functions.has(at.type)) return true;
  return false;
}
