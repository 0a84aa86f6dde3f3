import type { Node } from "web-tree-sitter";
import { applyEdits, type Edit } from "./edit.js";
import type { Grammar } from "./grammar.js";
import { namedChildren, walk, type ParsedFile } from "./program.js";
import { remove } from "./removable.js";
import { shapeOf } from "./shape.js";

/** An import that is taken out can leave a group empty, a variable one that only it used. */
const ROUNDS = 4;

/** Go text without the imports and local variables that nothing uses any more: Go compiles neither. */
export function tidyGo(grammar: Grammar, text: string): string {
  let tidy = text;
  for (let round = 0; round < ROUNDS; round++) {
    const file = { name: "", text: tidy, root: grammar.parse(tidy) };
    const edits = [...unusedImports(file), ...unusedVariables(file)];
    file.root.tree.delete();
    if (edits.length === 0) break;
    tidy = applyEdits({ "": tidy }, edits)[""] as string;
  }
  return tidy;
}

function unusedImports(file: ParsedFile): Edit[] {
  const used = new Set<string>();
  const imports: Node[] = [];
  for (const node of walk(file.root)) {
    if (node.type === "import_spec") imports.push(node);
    else if (/^(identifier|package_identifier|type_identifier)$/.test(node.type)) used.add(node.text);
  }
  return imports.flatMap((spec) => {
    const name = importName(spec);
    if (name === null || used.has(name)) return [];
    const { parent } = spec;
    // The last of its declaration takes that with it.
    const alone =
      parent !== null && namedChildren(parent).filter(({ type }) => type === "import_spec").length === 1;
    const whole = !alone ? spec : parent.type === "import_spec_list" ? parent.parent : parent;
    return [remove(file, shapeOf("go"), whole ?? spec)];
  });
}

/** The name that a package is used by; null for those that are imported for something else. */
function importName(spec: Node): string | null {
  const alias = spec.childForFieldName("name")?.text ?? null;
  if (alias === "_" || alias === ".") return null;
  const path = spec.childForFieldName("path")?.text.slice(1, -1) ?? "";
  if (path === "C") return null;
  return (
    alias ??
    path
      .split("/")
      .filter((part) => !/^v\d+$/.test(part))
      .at(-1)
      ?.replace(/^go-/, "")
      .split(".")[0] ??
    null
  );
}

function unusedVariables(file: ParsedFile): Edit[] {
  const edits: Edit[] = [];
  for (const node of walk(file.root)) {
    if (node.type !== "short_var_declaration" && node.type !== "var_spec") continue;
    const scope = functionAround(node);
    if (scope === null) continue;
    const names =
      node.type === "var_spec"
        ? node.childrenForFieldName("name")
        : namedChildren(node.childForFieldName("left") ?? node);
    const unused = names.filter(
      (name): name is Node => name?.type === "identifier" && name.text !== "_" && !isUsed(scope, name),
    );
    if (unused.length > 0) edits.push(...withoutNames(file, node, names.length, unused));
  }
  return edits;
}

function withoutNames(file: ParsedFile, node: Node, count: number, unused: readonly Node[]): Edit[] {
  if (node.type === "var_spec")
    return unused.length === count && node.childForFieldName("value") === null
      ? [remove(file, shapeOf("go"), declarationOf(node))]
      : unused.map((name) => blank(file, name));
  const edits = unused.map((name) => blank(file, name));
  const left = namedChildren(node.childForFieldName("left") ?? node);
  const others = left.filter((name) => !unused.some(({ id }) => id === name.id) && name.text !== "_");
  if (others.length > 0) return edits;
  // `_ := f()` declares nothing, which Go refuses.
  const operator = node.children.find((child) => child?.type === ":=");
  if (operator)
    edits.push({ file: file.name, start: operator.startIndex, end: operator.endIndex, text: "=" });
  return edits;
}

function declarationOf(spec: Node): Node {
  const { parent } = spec;
  return parent?.type === "var_declaration" ? parent : spec;
}

function blank(file: ParsedFile, name: Node): Edit {
  return { file: file.name, start: name.startIndex, end: name.endIndex, text: "_" };
}

/** Used: read anywhere in the function. What is only assigned to is not, for Go. */
function isUsed(scope: Node, name: Node): boolean {
  for (const node of walk(scope)) {
    if (node.type === "identifier" && node.text === name.text && node.id !== name.id && !isAssigned(node))
      return true;
  }
  return false;
}

function isAssigned(node: Node): boolean {
  const list = node.parent;
  const statement = list?.parent;
  return (
    list?.type === "expression_list" &&
    (statement?.type === "assignment_statement" || statement?.type === "short_var_declaration") &&
    statement.childForFieldName("left")?.id === list.id
  );
}

function functionAround(node: Node): Node | null {
  for (let at = node.parent; at !== null; at = at.parent) {
    if (/^(function_declaration|method_declaration|func_literal)$/.test(at.type)) return at;
  }
  return null;
}
