import type { Node } from "web-tree-sitter";
import type { Grammar } from "../syntax/grammar.js";
import { namedChildren, walk } from "../syntax/program.js";
import type { GoPackage } from "./go-tree.js";

/** Something that a package declares, and the file that it stands in. */
export interface Declared {
  readonly pkg: GoPackage;
  readonly file: string;
  readonly node: Node;
}

/** What a package declares at its top, by name; methods by `Type.Method`. */
export interface Declarations {
  readonly functions: ReadonlyMap<string, Declared>;
  readonly types: ReadonlyMap<string, Declared>;
  readonly variables: ReadonlyMap<string, Declared>;
  /** By file: the name that an import has there -> its path. */
  readonly imports: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Reads what a package declares. */
export function declarationsOf(grammar: Grammar, pkg: GoPackage): Declarations {
  const functions = new Map<string, Declared>();
  const types = new Map<string, Declared>();
  const variables = new Map<string, Declared>();
  const imports = new Map<string, Map<string, string>>();
  for (const [file, text] of Object.entries(pkg.files)) {
    const named = new Map<string, string>();
    imports.set(file, named);
    for (const node of namedChildren(grammar.parse(text))) {
      const declared = { pkg, file, node };
      const name = node.childForFieldName("name")?.text ?? "";
      if (node.type === "function_declaration") functions.set(name, declared);
      if (node.type === "method_declaration") functions.set(`${receiverOf(node) ?? ""}.${name}`, declared);
      for (const spec of specsOf(node)) {
        const own = { pkg, file, node: spec };
        if (spec.type === "import_spec") addImport(named, spec);
        else namesOf(spec).forEach((each) => (spec.type === "var_spec" ? variables : types).set(each, own));
      }
    }
  }
  return { functions, types, variables, imports };
}

/** What a declaration at the top of a file declares, one by one. */
function specsOf(declaration: Node): Node[] {
  if (!/^(type|var|import)_declaration$/.test(declaration.type)) return [];
  return [...walk(declaration)].filter(({ type }) =>
    /^(import_spec|var_spec|type_spec|type_alias)$/.test(type),
  );
}

function namesOf(spec: Node): string[] {
  return spec
    .childrenForFieldName("name")
    .flatMap((each) => (/identifier$/.test(each?.type ?? "") ? [each?.text ?? ""] : []));
}

function addImport(named: Map<string, string>, spec: Node): void {
  const path = spec.childForFieldName("path")?.text.slice(1, -1) ?? "";
  const last = path
    .split("/")
    .filter((part) => !/^v\d+$/.test(part))
    .at(-1);
  named.set(spec.childForFieldName("name")?.text ?? last ?? path, path);
}

/** The type that a method belongs to: `netFD` of `(fd *netFD)`. */
export function receiverOf(method: Node): string | null {
  const receiver = method.childForFieldName("receiver");
  if (receiver === null) return null;
  return [...walk(receiver)].find(({ type }) => type === "type_identifier")?.text ?? null;
}

/** A function's name as Go writes it: `net.(*netFD).connect`. */
export function functionName({ pkg, node }: Declared): string {
  const name = node.childForFieldName("name")?.text ?? "";
  const type = receiverOf(node);
  const shown = pkg.origin === "program" ? "" : `${pkg.path}.`;
  if (type === null) return `${shown}${name}`;
  const pointer = node.childForFieldName("receiver")?.text.includes("*") === true;
  return `${shown}${pointer ? `(*${type})` : type}.${name}`;
}
