import type { Node } from "web-tree-sitter";
import { namedChildren, outwards, walk, type ParsedFile, type Program } from "./program.js";
import { enclosingRemovable } from "./removable.js";

/** A name that the program defines, what defines it, and where it is used. */
export interface Symbol_ {
  readonly name: string;
  /** The function that it is local to; null: the whole program's. */
  readonly scope: Node | null;
  /** What can be taken out to undefine it. */
  readonly definitions: readonly Placed[];
  readonly uses: readonly Placed[];
}

export interface Placed {
  readonly file: ParsedFile;
  readonly node: Node;
}

/** Node types that define the names in the given fields. */
const DEFINING: Readonly<Record<string, readonly string[]>> = {
  // C and C++
  function_definition: ["declarator"],
  declaration: ["declarator"],
  type_definition: ["declarator"],
  struct_specifier: ["name"],
  union_specifier: ["name"],
  class_specifier: ["name"],
  enum_specifier: ["name"],
  enumerator: ["name"],
  preproc_def: ["name"],
  preproc_function_def: ["name"],
  // Go
  function_declaration: ["name"],
  method_declaration: ["name"],
  var_spec: ["name"],
  const_spec: ["name"],
  type_spec: ["name"],
  short_var_declaration: ["left"],
};

/** All names that the program defines, those of more text first. Names are matched as text: the oracle says what that is worth. */
export function symbolsOf(program: Program): Symbol_[] {
  const named = namesOf(program);
  const symbols = new Map<string, { name: string; scope: Node | null; definitions: Placed[] }>();
  for (const file of program.files) {
    for (const node of walk(file.root)) {
      const fields = DEFINING[node.type];
      if (fields === undefined || isReference(node)) continue;
      for (const name of fields.flatMap((field) => definedNames(node, field))) {
        const scope = functionAround(program, node);
        const key = `${scope?.id ?? 0} ${name}`;
        const symbol = symbols.get(key) ?? { name, scope, definitions: [] };
        const definition = enclosingRemovable(program.shape, node);
        if (definition !== null) symbol.definitions.push({ file, node: definition });
        symbols.set(key, symbol);
      }
    }
  }
  return [...symbols.values()]
    .filter(({ definitions }) => definitions.length > 0)
    .map((symbol) => ({ ...symbol, uses: usesOf(symbol, named.get(symbol.name) ?? []) }));
}

/** `struct order *first` speaks of a struct that is defined elsewhere. */
function isReference(node: Node): boolean {
  return /^(struct|union|class|enum)_specifier$/.test(node.type) && node.childForFieldName("body") === null;
}

/** Every node that is a name, by its text. */
function namesOf({ files, shape }: Program): Map<string, Placed[]> {
  const names = new Map<string, Placed[]>();
  for (const file of files) {
    for (const node of walk(file.root)) {
      if (!shape.names.has(node.type)) continue;
      const known = names.get(node.text);
      if (known === undefined) names.set(node.text, [{ file, node }]);
      else known.push({ file, node });
    }
  }
  return names;
}

function usesOf(
  { scope, definitions }: { scope: Node | null; definitions: readonly Placed[] },
  all: readonly Placed[],
): Placed[] {
  return all.filter(
    ({ file, node }) =>
      (scope === null || contains(scope, node)) &&
      !definitions.some((each) => each.file === file && contains(each.node, node)),
  );
}

function definedNames(node: Node, field: string): string[] {
  return node.childrenForFieldName(field).flatMap((child) => (child === null ? [] : declaredNames(child)));
}

/** `*names[]` declares `names`; `a, b` both; a function's declarator its name and not its parameters. */
function declaredNames(declarator: Node): string[] {
  if (/^(identifier|type_identifier|field_identifier)$/.test(declarator.type)) return [declarator.text];
  if (declarator.type === "expression_list") return namedChildren(declarator).flatMap(declaredNames);
  const inner = declarator.childForFieldName("declarator") ?? declarator.childForFieldName("name");
  if (inner !== null) return declaredNames(inner);
  const [first] = namedChildren(declarator);
  return first === undefined || declarator.type.endsWith("parameters") ? [] : declaredNames(first);
}

/** The function in whose body a node lies. */
function functionAround({ shape }: Program, node: Node): Node | null {
  for (const at of outwards(node)) if (at.id !== node.id && shape.functions.has(at.type)) return at;
  return null;
}

export function contains(outer: Node, inner: Node): boolean {
  return outer.startIndex <= inner.startIndex && inner.endIndex <= outer.endIndex;
}
