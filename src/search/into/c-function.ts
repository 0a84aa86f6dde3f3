import type { Node } from "web-tree-sitter";
import { programPart } from "../ablate/parts.js";
import type { Material } from "../candidate/material.js";
import type { Grammar } from "../syntax/grammar.js";
import { partsOf } from "../syntax/parts.js";
import { lineOf, parseProgram, walk, type Program } from "../syntax/program.js";
import type { OpenFunction } from "./inner.js";

const SOURCE = /\.(c|cc|cpp|cxx|h|hh|hpp)$/;

/** Opens functions of a program in C or C++, in whichever of its files they are. */
export function cFunctions(grammar: Grammar, whole: Material): OpenFunction {
  const sources = Object.fromEntries(Object.entries(whole.files).filter(([path]) => SOURCE.test(path)));
  const program = parseProgram(grammar, sources);
  const functions = functionsOf(program);
  const all = partsOf(program);
  return (name) => {
    const found = functions.get(name);
    if (found === undefined) return null;
    const { file, node } = found;
    const parts = all.filter(
      (part) =>
        part.kind !== "function" &&
        part.file === file &&
        part.line >= lineOf(node) &&
        part.end <= node.endIndex,
    );
    return {
      name,
      file,
      line: lineOf(node),
      text: node.text,
      parts: parts.map((part, i) => ({
        ...programPart(grammar, whole, part),
        id: `${name} ${i + 1}`,
        callee: part.calls.findLast((each) => each !== name && functions.has(each)) ?? null,
        isCall: part.calls.length > 0,
        end: part.end,
      })),
      leftOut: 0,
    };
  };
}

function functionsOf({ files, shape }: Program): Map<string, { file: string; node: Node }> {
  const functions = new Map<string, { file: string; node: Node }>();
  for (const file of files)
    for (const node of walk(file.root)) {
      if (!shape.functions.has(node.type)) continue;
      const name = declaratorName(node.childForFieldName("declarator"));
      if (name !== null) functions.set(name, { file: file.name, node });
    }
  return functions;
}

/** `look_up` of `*look_up(void *name)`; a method's with its class, as it is written. */
function declaratorName(declarator: Node | null): string | null {
  if (declarator === null) return null;
  const inner = declarator.childForFieldName("declarator");
  return inner === null ? declarator.text : declaratorName(inner);
}
