import { expect, test } from "vitest";
import { applyEdits } from "../../../src/search/syntax/edit.js";
import { tidyGo } from "../../../src/search/syntax/go-tidy.js";
import { loadGrammar, type ParsedLanguage } from "../../../src/search/syntax/grammar.js";
import { parseProgram } from "../../../src/search/syntax/program.js";
import { commentUnit, unitsOf } from "../../../src/search/syntax/units.js";

/** Every text that one unit makes of a program, by kind and title. */
async function made(language: ParsedLanguage, text: string): Promise<Map<string, string>> {
  const program = parseProgram(await loadGrammar(language), { f: text });
  return new Map(
    unitsOf(program).map(({ kind, title, edits }) => [
      `${kind}: ${title}`,
      applyEdits({ f: text }, edits)["f"] ?? "",
    ]),
  );
}

const C = `#include <stdio.h>

/* Unused, but for main. */
static int twice(int n)
{
    return 2 * n;
}

int main(void)
{
    int sum = 0;
    for (int i = 0; i < 10; i++) {
        sum += twice(i);
    }
    printf("hello 😀\\n");
    return 0;
}
`;

test("takes a function out with the statements that call it", async () => {
  const without = (await made("c", C)).get("symbol: twice");
  expect(without).not.toContain("twice");
  expect(without).toContain("for (int i = 0; i < 10; i++) {\n    }");
  expect(without).toContain("hello 😀");
});

test("takes out at once what nothing uses, and what only that used", async () => {
  const junk =
    "static int one(void)\n{\n    return 1;\n}\n\nstatic int two(void)\n{\n    return 2 * one();\n}\n\n";
  const without = (await made("c", C.replace("int main", `${junk}int main`))).get(
    "unused: what nothing uses",
  );
  expect(without?.replace(/\n+/g, "\n")).toBe(C.replace(/\n+/g, "\n"));
  expect((await made("c", C)).has("unused: what nothing uses")).toBe(false);
});

test("takes statements out with their whole lines, alone and in runs", async () => {
  const all = await made("c", C);
  expect(all.get("statements: return 0;")).toBe(C.replace("    return 0;\n", ""));
  expect([...all.keys()].some((title) => title.startsWith("statements: ") && title.endsWith("(2)"))).toBe(
    true,
  );
});

test("puts what a loop holds in its place, where the loop stood", async () => {
  const all = await made("c", C);
  const bodies = [...all].filter(([title]) => title.startsWith("unwrap: for")).map(([, text]) => text);
  expect(bodies.map((text) => text.slice(text.indexOf("    int sum"), text.indexOf("    printf")))).toContain(
    "    int sum = 0;\n    int i = 0;\n    sum += twice(i);\n",
  );
});

test("makes arguments and bounds trivial", async () => {
  const all = await made("c", C);
  expect(all.get("simplify: 10 -> 1")).toContain("i < 1;");
});

test("finds comments, and leaves those that a compiler reads", async () => {
  const grammar = await loadGrammar("go");
  const text =
    'package main\n\n// #include <stdlib.h>\nimport "C"\n\n//go:noinline\n// Says nothing.\nfunc main() {}\n';
  const unit = commentUnit(parseProgram(grammar, { f: text }));
  const left = applyEdits({ f: text }, unit?.edits ?? [])["f"];
  expect(left).toBe(text.replace("// Says nothing.\n", ""));
});

test("takes imports and variables with what used them, as Go wants it", async () => {
  const grammar = await loadGrammar("go");
  const text = `package main

import "C"

import (
	"fmt"
	"os/user"
)

func main() {
	name, err := user.Current()
	fmt.Println(err)
	x := len("a")
}
`;
  expect(tidyGo(grammar, text)).toBe(text.replace("name, err", "_, err").replace("x := ", "_ = "));
  expect(tidyGo(grammar, text.replace("\tfmt.Println(err)\n", ""))).toContain('import (\n\t"os/user"\n)');
  expect(tidyGo(grammar, text.replace("\tfmt.Println(err)\n", ""))).toContain("_, _ = user.Current()");
});

test.each(["c", "c++", "go"] as const)(
  "reads any text of %s, and its edits stay within it",
  async (language) => {
    for (const text of ["", "}{", "int f(", "func (", "x".repeat(500), "/* open", '"', "#if 1\nint a;\n"]) {
      const program = parseProgram(await loadGrammar(language), { f: text });
      for (const { edits } of unitsOf(program)) {
        for (const { start, end } of edits) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }
    }
  },
);
