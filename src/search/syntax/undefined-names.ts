import type { Node } from "web-tree-sitter";
import type { Edit } from "./edit.js";
import { namedChildren, outwards, walk, type ParsedFile, type Program } from "./program.js";
import type { Placed, Symbol_ } from "./symbols.js";

/** A name whose uses do not build once no definition of it can be seen from there. */
interface Known {
  readonly definitions: readonly Placed[];
  readonly uses: readonly Placed[];
}

/**
 * Says of edits that take text away whether they leave a name without its definition, which no compiler takes: such a change need not be
 * built. Where names are too much alike to tell (one hides another, a field has it, a macro makes it), it says no.
 */
export function undefinedNames(
  program: Program,
  symbols: readonly Symbol_[],
): (edits: readonly Edit[]) => boolean {
  const known = knownNames(program, symbols);
  const sees = sight(program);
  return (edits) => {
    if (edits.some(({ text }) => text !== "")) return false;
    const gone = ({ file, node }: Placed): boolean =>
      edits.some(
        (edit) => edit.file === file.name && edit.start <= node.startIndex && node.endIndex <= edit.end,
      );
    return known.some(({ definitions, uses }) => {
      const left = definitions.filter((each) => !gone(each));
      if (left.length === definitions.length) return false;
      return uses.some(
        (use) =>
          definitions.some((each) => sees(use.file, each)) &&
          !left.some((each) => sees(use.file, each)) &&
          !gone(use),
      );
    });
  };
}

function knownNames(program: Program, symbols: readonly Symbol_[]): Known[] {
  const hidden = hiding(program, symbols);
  return symbols.flatMap(({ name, scope, definitions, uses }) => {
    if (scope !== null && hidden.parameters.has(`${scope.id} ${name}`)) return [];
    const isType = definitions.every(({ node }) => TYPE.test(node.type));
    const certain = uses.filter(({ node }) => {
      if (node.type !== (isType ? "type_identifier" : "identifier")) return false;
      return scope !== null || !functionsAround(program, node).some((id) => hidden.all.has(`${id} ${name}`));
    });
    return certain.length === 0 ? [] : [{ definitions, uses: certain }];
  });
}

const TYPE = /^(type_|struct_|union_|class_|enum_)/;
const HEADER = /\.(h|hh|hpp|hxx|inc)$/i;

/** Go's names are a package's; C's are seen in their own file, and from elsewhere in a header. */
function sight({ grammar }: Program): (from: ParsedFile, definition: Placed) => boolean {
  return grammar.language === "go"
    ? () => true
    : (from, { file }) => file === from || HEADER.test(file.name) || HEADER.test(from.name);
}

/** Names that are local to a function, as `${the function's id} ${name}`: those of parameters and loops, which are no symbols, apart. */
function hiding(
  program: Program,
  symbols: readonly Symbol_[],
): { parameters: ReadonlySet<string>; all: ReadonlySet<string> } {
  const binding = program.files.flatMap(({ root }) =>
    [...walk(root)].filter(({ type }) => BINDING.has(type)),
  );
  const parameters = new Set(
    binding.flatMap((node) => {
      const names = boundIn(node).flatMap((bound) =>
        [...walk(bound)].filter(({ type }) => type === "identifier"),
      );
      return functionsAround(program, node).flatMap((id) => names.map(({ text }) => `${id} ${text}`));
    }),
  );
  const all = new Set(parameters);
  for (const { name, scope } of symbols) if (scope !== null) all.add(`${scope.id} ${name}`);
  return { parameters, all };
}

/** What binds names without being a symbol: parameters, Go's `range`, type switches and receiving cases. */
const BINDING: ReadonlySet<string> = new Set([
  "parameter_declaration",
  "variadic_parameter_declaration",
  "optional_parameter_declaration",
  "range_clause",
  "type_switch_statement",
  "receive_statement",
  "for_range_loop",
  "catch_clause",
]);
const FIELDS = ["left", "alias", "declarator", "name", "parameters"];

function boundIn(node: Node): Node[] {
  return FIELDS.flatMap((field) => node.childrenForFieldName(field)).filter(
    (child): child is Node => child !== null,
  );
}

function functionsAround({ shape }: Program, node: Node): number[] {
  return [...outwards(node)].filter(({ type }) => shape.functions.has(type)).map(({ id }) => id);
}

/** The macros that keep headers from being read twice: no program is better without one of them. */
export function guardsOf({ files }: Program): ReadonlySet<string> {
  const guards = new Set<string>();
  for (const { root } of files) {
    for (const node of namedChildren(root)) {
      if (node.type !== "preproc_ifdef") continue;
      const name = node.childForFieldName("name");
      const defined = namedChildren(node).find(({ type }) => type === "preproc_def");
      if (name !== null && defined?.childForFieldName("name")?.text === name.text) guards.add(name.text);
    }
  }
  return guards;
}
