import type { Node } from "web-tree-sitter";
import { dedented, indentAt, saved, type Edit } from "./edit.js";
import { unusedParameters } from "./parameters.js";
import { isReturnOfValue, withoutFinalReturn } from "./final-returns.js";
import { lineOf, namedChildren, titleOf, walk, type ParsedFile, type Program } from "./program.js";
import { enclosingRemovable, members, remove } from "./removable.js";
import { simplerThan } from "./simpler.js";
import { contains, symbolsOf, type Placed, type Symbol_ } from "./symbols.js";
import { guardsOf, undefinedNames } from "./undefined-names.js";

/** One way to make a program smaller. */
export interface Unit {
  /** What is done, in a word: `statements`, `symbol`, `parameter`, `unwrap`, `element`, `simplify`, `comments`. */
  readonly kind: string;
  /** The same after something else of the program was changed. */
  readonly key: string;
  /** What it is done to, shortened: for people, and to know it again. */
  readonly title: string;
  readonly line: number;
  readonly edits: readonly Edit[];
  /** Characters that go. */
  readonly saved: number;
}

/** Every unit of a program, those that save most first. Each is made of the program as it is; several at a time where they are disjoint. */
export function unitsOf(program: Program): Unit[] {
  const symbols = symbolsOf(program);
  const isUndefining = undefinedNames(program, symbols);
  const keyOf = keys(program);
  const units = new Map<string, Unit>();
  const add = (unit: Made): void => {
    const size = saved(unit.edits);
    const same = JSON.stringify(unit.edits);
    if (unit.edits.length === 0 || (size <= 0 && unit.kind !== "simplify") || units.has(same)) return;
    if (!isUndefining(unit.edits)) units.set(same, { ...unit, key: keyOf(unit), saved: size });
  };
  unusedUnit(program, symbols, add);
  symbolUnits(program, symbols, add);
  for (const each of unusedParameters(program)) add({ kind: "parameter", ...each });
  const mains = symbols.filter(({ scope, name }) => scope === null && name === "main");
  const needed = new Set(mains.flatMap(({ definitions }) => definitions.map(({ node }) => node.id)));
  for (const file of program.files) {
    for (const node of walk(file.root)) {
      sequenceUnits(program, { file, node, needed }, add);
      unwrapUnits(program, file, node, add);
      elementUnits(program, file, node, add);
      simplifyUnits(file, node, add);
    }
  }
  const isUnlikely = withoutFinalReturn(program);
  return [...units.values()]
    .map((unit) => ({ unit, worth: worth(unit) * (isUnlikely(unit.edits) ? UNLIKELY : 1) }))
    .sort((a, b) => b.worth - a.worth || a.unit.line - b.unit.line)
    .map(({ unit }) => unit);
}

/** Gives units keys: what is done to what, in which function, and its place among those like it. */
function keys({ files, shape }: Program): (unit: Made) => string {
  const functions = new Map(
    files.map((file) => [file.name, [...walk(file.root)].filter(({ type }) => shape.functions.has(type))]),
  );
  const known = new Map<string, number>();
  return ({ kind, title, edits: [first] }) => {
    const within = functions
      .get(first?.file ?? "")
      ?.find(({ startIndex, endIndex }) => startIndex < (first?.start ?? 0) && (first?.end ?? 0) < endIndex);
    const key = `${kind} ${first?.file ?? ""} ${within === undefined ? "" : titleOf(within)} ${title}`;
    const before = known.get(key) ?? 0;
    known.set(key, before + 1);
    return `${key} ${before}`;
  };
}

/** What leaves a function without the value that it ends with returning mostly does not build, or is warned of. */
const UNLIKELY = 0.01;
/** Runs of declarations mostly do not build, as long as something uses one of them; a name with its uses mostly does. */
const LIKELY: Readonly<Record<string, number>> = { unused: 100, symbol: 4, declarations: 0.25 };

function worth({ kind, saved: size }: Unit): number {
  return size * (LIKELY[kind] ?? 1);
}

type Made = Omit<Unit, "saved" | "key">;
type Add = (unit: Made) => void;

/** All comments at once. Nothing depends on them, so that this is no unit among others. */
export function commentUnit({ files, shape }: Program): Unit | null {
  const edits = files.flatMap((file) =>
    [...walk(file.root)].filter(({ type }) => shape.comments.has(type)).map((node) => ({ file, node })),
  );
  const kept = edits.filter(({ node }) => !isDirectiveComment(node.text));
  const all = kept.map(({ file, node }) => remove(file, shape, node));
  return all.length === 0
    ? null
    : { kind: "comments", key: "comments", title: "comments", line: 1, edits: all, saved: saved(all) };
}

/** `//go:build`, `//export`, the C code above `import "C"`: comments that the compiler reads. */
function isDirectiveComment(text: string): boolean {
  return /^\/\/(go:|export |line |\s*\+build)/.test(text) || /#\s*(include|cgo|define)/.test(text);
}

/** Everything that nothing else uses, and what only that used. */
function unusedUnit(program: Program, all: readonly Symbol_[], add: Add): void {
  const guards = guardsOf(program);
  const symbols = all.filter(
    ({ scope, name, definitions }) =>
      scope === null &&
      name !== "main" &&
      name !== "init" &&
      !guards.has(name) &&
      !definitions.some(({ node }) => isRepeated(node)),
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

/** Whether Go's next constant takes its value from this one. */
function isRepeated({ nextNamedSibling: next }: Node): boolean {
  return next?.type === "const_spec" && next.childForFieldName("value") === null;
}

/** A name with all that uses it; and, where that defines names, too, what uses those. */
function symbolUnits(program: Program, symbols: readonly Symbol_[], add: Add): void {
  const guards = guardsOf(program);
  for (const symbol of symbols) {
    // What is left of a program without main is none.
    if (guards.has(symbol.name) || (symbol.scope === null && symbol.name === "main")) continue;
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

/**
 * Runs of statements or declarations: all, halves, quarters, down to each, but for what no program builds without. The value that a function
 * ends with returning is in no run: Go builds no function without it, C's compiler warns, and the rest would fall with it.
 */
function sequenceUnits(
  { shape }: Program,
  { file, node, needed }: { file: ParsedFile; node: Node; needed: ReadonlySet<number> },
  add: Add,
): void {
  const all = members(shape, node).filter(
    (each) => !shape.comments.has(each.type) && !needed.has(each.id) && !isOfGoHeader(each),
  );
  const last = all.at(-1);
  const endsSo = last !== undefined && shape.functions.has(node.parent?.type ?? "") && isReturnOfValue(last);
  const inRuns = endsSo ? all.slice(0, -1) : all;
  const addRun = (run: readonly Node[]): void => {
    const first = run[0] as Node;
    const edits = run.map((each) => remove(file, shape, each));
    const kind = node.parent === null && run.length > 1 ? "declarations" : "statements";
    add({ kind, title: unitTitle(first, run.length), line: lineOf(first), edits });
  };
  for (let size = inRuns.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    if (size === inRuns.length && node.parent === null) continue;
    for (let at = 0; at < inRuns.length; at += size) addRun(inRuns.slice(at, at + size));
  }
  if (endsSo) addRun([last]);
}

/** The package's name, and imports by name: those that nothing uses are gone already. */
function isOfGoHeader(node: Node): boolean {
  if (node.type === "package_clause") return true;
  if (node.type === "import_declaration") return namedChildren(node).every(isOfGoHeader);
  if (node.type === "import_spec_list") return namedChildren(node).some(isOfGoHeader);
  if (node.type !== "import_spec") return false;
  return (
    !/^[_.]$/.test(node.childForFieldName("name")?.text ?? "") &&
    !/^"C"$/.test(node.childForFieldName("path")?.text ?? "")
  );
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

function unitTitle(node: Node, count = 1): string {
  const short = titleOf(node, 50);
  return count === 1 ? short : `${short} (${count})`;
}
