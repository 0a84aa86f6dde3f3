import type { Node } from "web-tree-sitter";
import { namedChildren } from "../syntax/program.js";
import type { Declared } from "./go-declarations.js";
import { resultTypes } from "./go-types.js";

const NAME = "LeftOutByVivarium";
const ERROR = "leftOutByVivarium";

/** A function like another one that does nothing, for its package, and its name. */
export interface LeftOut {
  readonly name: string;
  /** Stands after the function. */
  readonly text: string;
}

/**
 * A twin of a Go function with its receiver, parameters and results that does nothing: it returns zeros; and, where it returns an error
 * beside other results, an error, since these are none then. Null where Go has no such twin: of a generic one.
 */
export function leftOutTwin({ node }: Declared): LeftOut | null {
  if (node.childForFieldName("type_parameters") !== null) return null;
  const receiver = node.childForFieldName("receiver")?.text;
  const parameters = node.childForFieldName("parameters")?.text ?? "()";
  const results = resultsOf(node);
  const last = results.at(-1);
  const fails = results.length > 1 && last?.type === "error";
  const list = results.map(({ name, type }) => `${name} ${type}`).join(", ");
  const head = ["func", ...(receiver === undefined ? [] : [receiver]), `${NAME}${parameters}`].join(" ");
  const lines = [
    `${head}${results.length === 0 ? "" : ` (${list})`} {`,
    ...(fails ? [`\t${last.name} = ${ERROR}{}`] : []),
    "\treturn",
    "}",
    ...(fails
      ? ["", `type ${ERROR} struct{}`, "", `func (${ERROR}) Error() string { return "left out" }`]
      : []),
  ];
  return { name: NAME, text: `\n\n${lines.join("\n")}` };
}

function resultsOf(node: Node): { name: string; type: string }[] {
  // Names of its own: those that are there may be blank.
  return resultTypes(node).map(({ text }, i) => ({ name: `leftOut${i}`, type: text }));
}

/** The name in a call: `connect` of `fd.connect(…)`. */
export function calledName(call: Node): Node | null {
  const called = call.childForFieldName("function");
  return called?.type === "selector_expression" ? called.childForFieldName("field") : called;
}

/** Whether a function has a body in Go: some are written in assembler, or another package's. */
export function hasBody({ node }: Declared): boolean {
  const body = node.childForFieldName("body");
  return body !== null && namedChildren(body).length > 0;
}
