import type { Node } from "web-tree-sitter";
import { removal, type Edit } from "./edit.js";
import { namedChildren, outwards, type ParsedFile } from "./program.js";
import type { Shape } from "./shape.js";

/** Children of a sequence that can each be taken out; what a field names (a switch's value) is not among them. */
export function members(shape: Shape, node: Node): Node[] {
  if (!shape.sequences.has(node.type)) return [];
  const children: Node[] = [];
  node.children.forEach((child, i) => {
    if (child?.isNamed && node.fieldNameForChild(i) === null) children.push(child);
  });
  // Go's `type a int`: without what it declares, a declaration is none.
  return children.length === 1 && /^(var|const|type)_declaration$/.test(node.type) ? [] : children;
}

/** The nearest node around (or at) one that can be taken out as a whole: a statement, a declaration, an element. Null: none. */
export function enclosingRemovable(shape: Shape, node: Node): Node | null {
  for (const at of outwards(node)) {
    const { parent } = at;
    if (parent === null) return null;
    if (members(shape, parent).some(({ id }) => id === at.id)) return at;
    if (shape.commaLists.has(parent.type) && parent.type !== "argument_list") return at;
  }
  return null;
}

/** Takes a node out: a statement with its line, an element with its comma. */
export function remove(file: ParsedFile, shape: Shape, node: Node): Edit {
  const { parent } = node;
  if (parent !== null && shape.commaLists.has(parent.type)) return removeElement(file, node);
  return removal(file.name, file.text, node.startIndex, endOf(file.text, node));
}

/** A statement's end, with the semicolon that C's grammar leaves outside of some nodes (`struct s {…};`). */
function endOf(text: string, node: Node): number {
  const rest = /^[ \t]*;/.exec(text.slice(node.endIndex, node.endIndex + 8));
  const own = node.parent?.children.some((child) => child?.type === ";" && child.startIndex >= node.endIndex);
  return rest !== null && own !== true && /specifier$/.test(node.type)
    ? node.endIndex + rest[0].length
    : node.endIndex;
}

/** Takes out what commas part from its neighbours, with one of them. */
export function removeElement(file: ParsedFile, node: Node): Edit {
  const siblings = neighbours(node);
  const at = siblings.findIndex(({ id }) => id === node.id);
  const next = siblings[at + 1];
  const previous = siblings[at - 1];
  if (next !== undefined) return { file: file.name, start: node.startIndex, end: next.startIndex, text: "" };
  if (previous !== undefined)
    return { file: file.name, start: previous.endIndex, end: node.endIndex, text: "" };
  return { file: file.name, start: node.startIndex, end: node.endIndex, text: "" };
}

/** The elements of its list. Of Go's `a, b int`, the names. */
function neighbours({ parent, type }: Node): Node[] {
  if (parent === null) return [];
  const all = namedChildren(parent).filter((each) => each.type !== "comment");
  return parent.type === "parameter_declaration" ? all.filter((each) => each.type === type) : all;
}
