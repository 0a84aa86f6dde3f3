import type { Node } from "web-tree-sitter";
import { dedented, indentAt, saved, type Edit } from "./edit.js";
import { lineOf, namedChildren, titleOf, walk, type ParsedFile, type Program } from "./program.js";
import { enclosingRemovable, members, remove } from "./removable.js";
import { contains, symbolsOf, type Placed, type Symbol_ } from "./symbols.js";

/** One way to make a program smaller. */
export interface Unit {
  /** What is done, in a word: `statements`, `symbol`, `unwrap`, `element`, `simplify`, `comments`. */
  readonly kind: string;
  /** What it is done to, shortened: for people, and to know it again. */
  readonly title: string;
  readonly line: number;
  readonly edits: readonly Edit[];
  /** Characters that go. */
  readonly saved: number;
}

/** Every unit of a program, those that save most first. Each is made of the program as it is; several at a time where they are disjoint. */
export function unitsOf(program: Program): Unit[] {
  const units = new Map<string, Unit>();
  const add = (unit: Omit<Unit, "saved">): void => {
    const size = saved(unit.edits);
    const key = JSON.stringify(unit.edits);
    if (unit.edits.length > 0 && (size > 0 || unit.kind === "simplify") && !units.has(key))
      units.set(key, { ...unit, saved: size });
  };
  unusedUnit(program, add);
  symbolUnits(program, add);
  for (const file of program.files) {
    for (const node of walk(file.root)) {
      sequenceUnits(program, file, node, add);
      unwrapUnits(program, file, node, add);
      elementUnits(program, file, node, add);
      simplifyUnits(file, node, add);
    }
  }
  return [...units.values()].sort((a, b) => worth(b) - worth(a) || a.line - b.line);
}

/** Runs of declarations mostly do not build, as long as something uses one of them; a name with its uses mostly does. */
const LIKELY: Readonly<Record<string, number>> = { unused: 100, symbol: 4, declarations: 0.25 };

function worth({ kind, saved: size }: Unit): number {
  return size * (LIKELY[kind] ?? 1);
}

type Add = (unit: Omit<Unit, "saved">) => void;

/** All comments at once. Nothing depends on them, so that this is no unit among others. */
export function commentUnit({ files, shape }: Program): Unit | null {
  const edits = files.flatMap((file) =>
    [...walk(file.root)].filter(({ type }) => shape.comments.has(type)).map((node) => ({ file, node })),
  );
  const kept = edits.filter(({ node }) => !isDirectiveComment(node.text));
  const all = kept.map(({ file, node }) => remove(file, shape, node));
  return all.length === 0
    ? null
    : { kind: "comments", title: "comments", line: 1, edits: all, saved: saved(all) };
}

/** `//go:build`, `//export`, the C code above `import "C"`: comments that the compiler reads. */
function isDirectiveComment(text: string): boolean {
  return /^\/\/(go:|export |line |\s*\+build)/.test(text) || /#\s*(include|cgo|define)/.test(text);
}

/** Everything that nothing else uses, and what only that used. */
function unusedUnit(program: Program, add: Add): void {
  const symbols = symbolsOf(program).filter(
    ({ scope, name }) => scope === null && name !== "main" && name !== "init",
  );
  const gone = new Set<Symbol_>();
  const isGone = ({ file, node }: Placed): boolean =>
    [...gone].some(({ definitions }) =>
      definitions.some((each) => each.file === file && contains(each.node, node)),
    );
  for (let size = -1; size !== gone.size;) {
    size = gone.size;
    for (const symbol of symbols) if (!gone.has(symbol) && symbol.uses.every(isGone)) gone.add(symbol);
  }
  const nodes = new Map(
    [...gone].flatMap(({ definitions }) => definitions).map((each) => [each.node.id, each]),
  );
  const edits = [...nodes.values()].map(({ file, node }) => remove(file, program.shape, node));
  add({ kind: "unused", title: "what nothing uses", line: 1, edits });
}

/** A name with all that uses it; and, where that defines names, too, what uses those. */
function symbolUnits(program: Program, add: Add): void {
  const symbols = symbolsOf(program);
  for (const symbol of symbols) {
    const direct = new Gone(program, symbols);
    direct.take(symbol);
    const line = lineOf((symbol.definitions[0] as Placed).node);
    add({ kind: "symbol", title: symbol.name, line, edits: direct.edits });
    direct.closeOver();
    add({ kind: "symbol", title: `${symbol.name} and what needs it`, line, edits: direct.edits });
  }
}

class Gone {
  private readonly gone = new Map<number, Placed>();
  private readonly taken = new Set<Symbol_>();

  constructor(
    private readonly program: Program,
    private readonly symbols: readonly Symbol_[],
  ) {}

  get edits(): Edit[] {
    return [...this.gone.values()].map(({ file, node }) => remove(file, this.program.shape, node));
  }

  take(symbol: Symbol_): void {
    this.taken.add(symbol);
    for (const each of symbol.definitions) this.gone.set(each.node.id, each);
    for (const { file, node } of symbol.uses) {
      const around = enclosingRemovable(this.program.shape, node);
      if (around !== null) this.gone.set(around.id, { file, node: around });
    }
  }

  /** Takes what goes without saying: names that are defined in what is gone. */
  closeOver(): void {
    for (let size = -1; size !== this.gone.size;) {
      size = this.gone.size;
      for (const symbol of this.symbols) {
        if (!this.taken.has(symbol) && symbol.definitions.every((each) => this.isGone(each)))
          this.take(symbol);
      }
    }
  }

  private isGone({ file, node }: Placed): boolean {
    return [...this.gone.values()].some((each) => each.file === file && contains(each.node, node));
  }
}

/** Runs of statements or declarations: all, halves, quarters, down to each. */
function sequenceUnits({ shape }: Program, file: ParsedFile, node: Node, add: Add): void {
  const all = members(shape, node).filter(({ type }) => !shape.comments.has(type));
  for (let size = all.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    if (size === all.length && node.parent === null) continue;
    for (let at = 0; at < all.length; at += size) {
      const run = all.slice(at, at + size);
      const first = run[0] as Node;
      const edits = run.map((each) => remove(file, shape, each));
      const kind = node.parent === null && run.length > 1 ? "declarations" : "statements";
      add({ kind, title: unitTitle(first, run.length), line: lineOf(first), edits });
    }
  }
}

/** What a statement holds, in its place: the body of a loop, a branch of an if. */
function unwrapUnits({ shape }: Program, file: ParsedFile, node: Node, add: Add): void {
  const fields = shape.wrappers[node.type];
  if (fields === undefined || enclosingRemovable(shape, node)?.id !== node.id) return;
  const indent = indentAt(file.text, node.startIndex);
  for (const inner of fields.flatMap((field) => heldBy(node, field))) {
    const content = dedented(contentOf(shape, file.text, inner), indent);
    const before = node.childForFieldName("initializer");
    const texts = [content, ...(before === null ? [] : [`${before.text}\n${indent}${content}`])];
    for (const text of texts) {
      const edits = [{ file: file.name, start: node.startIndex, end: node.endIndex, text }];
      add({ kind: "unwrap", title: unitTitle(node), line: lineOf(node), edits });
    }
  }
}

function heldBy(node: Node, field: string): Node[] {
  if (field === "*") {
    const last = namedChildren(node).at(-1);
    if (last === undefined) return [];
    // A block's own statements, all of them.
    return node.type === "compound_statement" || node.type === "block" ? [node] : [last];
  }
  return node.childrenForFieldName(field).filter((child): child is Node => child !== null);
}

function contentOf(shape: Program["shape"], text: string, inner: Node): string {
  if (inner.type === "else_clause") {
    const last = namedChildren(inner).at(-1);
    return last === undefined ? "" : contentOf(shape, text, last);
  }
  const raw = text.slice(inner.startIndex, inner.endIndex);
  return shape.blocks.has(inner.type) ? raw.slice(1, -1) : indentAt(text, inner.startIndex) + raw;
}

/** Elements of initialisers; arguments are not taken out but made trivial. */
function elementUnits({ shape }: Program, file: ParsedFile, node: Node, add: Add): void {
  if (!shape.commaLists.has(node.type) || node.type === "argument_list") return;
  const elements = namedChildren(node).filter(({ type }) => !shape.comments.has(type));
  for (const element of elements) {
    add({
      kind: "element",
      title: unitTitle(element),
      line: lineOf(element),
      edits: [remove(file, shape, element)],
    });
  }
}

/** Expressions that a simpler one takes the place of. */
function simplifyUnits(file: ParsedFile, node: Node, add: Add): void {
  for (const text of simplerThan(node)) {
    if (text === node.text) continue;
    const edits = [{ file: file.name, start: node.startIndex, end: node.endIndex, text }];
    add({
      kind: "simplify",
      title: `${unitTitle(node)} -> ${text.slice(0, 20)}`,
      line: lineOf(node),
      edits,
    });
  }
}

function simplerThan(node: Node): string[] {
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

function unitTitle(node: Node, count = 1): string {
  const short = titleOf(node, 50);
  return count === 1 ? short : `${short} (${count})`;
}
