import type { Node } from "web-tree-sitter";
import type { Files } from "./edit.js";
import type { Grammar } from "./grammar.js";
import { shapeOf, type Shape } from "./shape.js";

/** A file of a program and its tree. */
export interface ParsedFile {
  readonly name: string;
  readonly text: string;
  readonly root: Node;
}

/** A program, parsed: what units and parts are found in. */
export interface Program {
  readonly grammar: Grammar;
  readonly shape: Shape;
  readonly files: readonly ParsedFile[];
}

/** Parses files; those that the grammar cannot read are left out by whoever chooses them. */
export function parseProgram(grammar: Grammar, files: Files): Program {
  const shape = shapeOf(grammar.language);
  const parsed = Object.entries(files).map(([name, text]) => ({ name, text, root: grammar.parse(text) }));
  return { grammar, shape, files: parsed };
}

/** All named nodes below a node and itself, outermost first, in order. */
export function* walk(node: Node): Generator<Node, void> {
  yield node;
  for (const child of node.namedChildren) if (child !== null) yield* walk(child);
}

export function namedChildren(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null);
}

/** The node and those around it, innermost first. */
export function* outwards(node: Node): Generator<Node, void> {
  for (let at: Node | null = node; at !== null; at = at.parent) yield at;
}

/** Line of a node in its file, from 1. */
export function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}

/** The text of a node in short: its first line, at most `most` characters of it. */
export function titleOf({ text }: Node, most = 70): string {
  const [first = ""] = text.split("\n");
  return first.length > most ? `${first.slice(0, most - 3)}...` : first;
}
