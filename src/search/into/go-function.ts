import { unifiedDiff } from "../../text/unified-diff.js";
import type { Part } from "../ablate/parts.js";
import type { Material } from "../candidate/material.js";
import { applyEdits, type Edit } from "../syntax/edit.js";
import { tidyGo } from "../syntax/go-tidy.js";
import type { Grammar } from "../syntax/grammar.js";
import { lineOf, outwards, titleOf, walk, type ParsedFile } from "../syntax/program.js";
import { members, remove } from "../syntax/removable.js";
import { shapeOf } from "../syntax/shape.js";
import { functionName, type Declared } from "./go-declarations.js";
import { pathIn, type GoPackage } from "./go-tree.js";
import type { GoTypes } from "./go-types.js";
import type { InnerPart, OpenedFunction } from "./inner.js";
import { calledName, hasBody, leftOutTwin } from "./left-out.js";
import type { Node } from "web-tree-sitter";

const PATCH = "vivarium-left-out.patch";
/** Parts of one function that are tried, calls first. */
const MOST_PARTS = 32;
/** What Go does not compile without, or what ends a branch: what is declared is used, else it would not be there. */
const NEVER_ALONE = /^(return|fallthrough|break|goto|short_var|var_|const_|type_)/;

/** Where a function lies, for people: files of the Go tree begin with $GOROOT. */
export function shownPath(pkg: GoPackage, file: string): string {
  return pkg.origin === "tree" ? `$GOROOT/${pathIn(pkg, file)}` : pathIn(pkg, file);
}

/** Takes a Go function apart: every call in it whose function is known, and every statement that holds none. */
export function openGoFunction(
  grammar: Grammar,
  types: GoTypes,
  declared: Declared,
  whole: Material,
): OpenedFunction {
  const { pkg, file, node } = declared;
  const all = [...callsOf(types, declared, whole), ...statementParts(grammar, types, declared, whole)];
  return {
    name: functionName(declared),
    file: shownPath(pkg, file),
    line: lineOf(node),
    text: node.text,
    parts: all.slice(0, MOST_PARTS).map((part, i) => ({ ...part, id: `${functionName(declared)} ${i + 1}` })),
    leftOut: Math.max(0, all.length - MOST_PARTS),
  };
}

/** The calls in a function that can be left out. */
export function callsOf(types: GoTypes, declared: Declared, whole: Material): InnerPart[] {
  return [...walk(declared.node)].flatMap((node): InnerPart[] => {
    if (node.type !== "call_expression") return [];
    const callee = types.callee(node, declared);
    const twin = callee === null ? null : leftOutTwin(callee);
    const name = calledName(node);
    if (callee === null || twin === null || name === null) return [];
    const call = node.childForFieldName("function")?.text.replaceAll(/\s+/g, " ") ?? "";
    const changes = [
      { in: declared, edits: [{ start: name.startIndex, end: name.endIndex, text: twin.name }] },
      { in: callee, edits: [{ start: callee.node.endIndex, end: callee.node.endIndex, text: twin.text }] },
    ];
    return [
      {
        ...placed(declared, node, "call", `the call of ${call}`, changed(whole, changes)),
        callee: hasBody(callee) && callee.node.id !== declared.node.id ? functionName(callee) : null,
        isCall: true,
        end: node.endIndex,
      },
    ];
  });
}

/** Statements without a call that is tried by itself; what a function ends with is none. */
function statementParts(grammar: Grammar, types: GoTypes, declared: Declared, whole: Material): InnerPart[] {
  const { pkg, file, node } = declared;
  const shape = shapeOf("go");
  const parsed: ParsedFile = { name: file, text: pkg.files[file] ?? "", root: rootOf(node) };
  return [...walk(node)].flatMap((each) =>
    members(shape, each).flatMap((statement): InnerPart[] => {
      if (shape.comments.has(statement.type) || NEVER_ALONE.test(statement.type)) return [];
      const calls = [...walk(statement)].some(
        (inner) => inner.type === "call_expression" && types.callee(inner, declared) !== null,
      );
      if (calls) return [];
      const { start, end, text } = remove(parsed, shape, statement);
      const needs = `\`${(statement.text.split("\n")[0] ?? "").slice(0, 50)}\``;
      const without = changed(whole, [{ in: declared, edits: [{ start, end, text }] }], grammar);
      return [
        {
          ...placed(declared, statement, "statement", needs, without),
          callee: null,
          isCall: false,
          end: statement.endIndex,
        },
      ];
    }),
  );
}

function placed(
  { pkg, file }: Declared,
  node: Node,
  kind: "call" | "statement",
  needs: string,
  without: Material,
): Part {
  const place = { file: shownPath(pkg, file), line: lineOf(node), lastLine: node.endPosition.row + 1 };
  return { id: "", kind, title: titleOf(node), place, needs, without, condition: null };
}

interface Change {
  readonly in: Declared;
  readonly edits: readonly Omit<Edit, "file">[];
}

/** The repro with changes of functions: those of the program in its files, those of the Go tree by a patch. */
function changed(whole: Material, changes: readonly Change[], tidy?: Grammar): Material {
  const before = new Map<string, { pkg: GoPackage; file: string; text: string }>();
  const edits: Edit[] = [];
  for (const { in: at, edits: own } of changes) {
    const key = `${at.pkg.path} ${at.file}`;
    before.set(key, { pkg: at.pkg, file: at.file, text: at.pkg.files[at.file] ?? "" });
    edits.push(...own.map((edit) => ({ ...edit, file: key })));
  }
  const texts = Object.fromEntries([...before].map(([key, { text }]) => [key, text]));
  const after = applyEdits(texts, edits);
  const files: Record<string, string> = { ...whole.files };
  let patch = "";
  for (const [key, { pkg, file, text }] of before) {
    const plain = after[key] ?? "";
    const fresh = tidy === undefined ? plain : tidiedAs(tidy, text, plain);
    if (pkg.origin === "program") files[pathIn(pkg, file)] = fresh;
    else patch += unifiedDiff(pathIn(pkg, file), text, fresh);
  }
  if (patch === "") return { ...whole, files };
  const { manifest } = whole;
  return {
    manifest: { ...manifest, patches: [...(manifest.patches ?? []), PATCH] },
    files: { ...files, [PATCH]: patch },
  };
}

/** Tidied, where the file is one that tidying leaves alone otherwise. */
function tidiedAs(grammar: Grammar, before: string, after: string): string {
  return tidyGo(grammar, before) === before ? tidyGo(grammar, after) : after;
}

function rootOf(node: Node): Node {
  return [...outwards(node)].at(-1) ?? node;
}
