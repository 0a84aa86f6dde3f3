import type { Material } from "../candidate/material.js";
import type { Grammar } from "../syntax/grammar.js";
import { functionName, type Declared } from "./go-declarations.js";
import { callsOf, openGoFunction } from "./go-function.js";
import type { GoPackage } from "./go-tree.js";
import { GoTypes } from "./go-types.js";
import type { InnerPart, OpenedFunction, OpenFunction } from "./inner.js";

/** What the functions of a Go program call, as a function of its own: the first to be opened. */
export const PROGRAM = "the program";
/** The same as it is asked of `open`: what of the program calls this function. */
export const programInto = (name: string): string => `${PROGRAM} into ${name}`;

export interface GoFunctions {
  readonly open: OpenFunction;
  /** The full names of the functions that a person may mean: `net.Dial`, `connect`, `user.Current`. */
  named(asked: string): readonly string[];
}

/** Opens functions of a Go program and of the packages that it is built of. */
export function goFunctions(
  grammar: Grammar,
  packages: ReadonlyMap<string, GoPackage>,
  whole: Material,
): GoFunctions {
  const types = new GoTypes(grammar, packages);
  const opened = new Map<string, OpenedFunction | null>();
  const byName = new Map<string, Declared>();
  for (const pkg of packages.values()) {
    for (const declared of types.declarations(pkg).functions.values())
      byName.set(functionName(declared), declared);
  }
  const open: OpenFunction = (name) => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const declared = byName.get(name);
    const fresh = declared === undefined ? null : openGoFunction(grammar, types, declared, whole);
    opened.set(name, fresh);
    return fresh;
  };
  return {
    open: (name) => {
      const [, into] = name.split(`${PROGRAM} into `);
      return into === undefined ? open(name) : programCalls(types, whole, into);
    },
    named: (asked) => namesFor(asked, [...byName.keys()]),
  };
}

/** The calls of a function that the program itself makes. */
function programCalls(types: GoTypes, whole: Material, into: string): OpenedFunction {
  const own = [...types.packages.values()].filter(({ origin }) => origin === "program");
  const parts = own
    .flatMap((pkg) => [...types.declarations(pkg).functions.values()])
    .flatMap((declared): InnerPart[] => callsOf(types, declared, whole))
    .filter(({ callee }) => callee === into);
  return {
    name: PROGRAM,
    file: parts[0]?.place?.file ?? "",
    line: 1,
    text: "",
    parts: parts.map((part, i) => ({ ...part, id: `${PROGRAM} ${i + 1}` })),
    leftOut: 0,
  };
}

function namesFor(asked: string, names: readonly string[]): string[] {
  const plain = asked.replaceAll(/[(*)]/g, "").trim();
  return names.filter((each) => {
    const name = each.replaceAll(/[(*)]/g, "");
    return plain === name || plain === name.slice(name.lastIndexOf("/") + 1);
  });
}
