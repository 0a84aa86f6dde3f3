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

/** The same of several files: what each change makes of all of them. */
async function madeOfAll(language: ParsedLanguage, files: Record<string, string>) {
  const program = parseProgram(await loadGrammar(language), files);
  return new Map(
    unitsOf(program).map(({ kind, title, edits }) => [`${kind}: ${title}`, applyEdits(files, edits)]),
  );
}

const SEVERAL = {
  "add.h":
    "#ifndef ADD_H\n#define ADD_H\nstruct pair {\n    int a;\n};\nint add(struct pair *to, int verbose);\n#endif\n",
  "add.c": '#include "add.h"\nint add(struct pair *to, int verbose)\n{\n    return to->a;\n}\n',
  "main.c":
    '#include "add.h"\nint main(void)\n{\n    struct pair one = {0};\n    int pair = add(&one, 1);\n    return pair;\n}\n',
};

test("takes a parameter that nothing uses out of a function's definition, its declaration and its calls", async () => {
  const without = (await madeOfAll("c", SEVERAL)).get("parameter: int verbose of add");
  expect(without?.["add.h"]).toContain("int add(struct pair *to);");
  expect(without?.["add.c"]).toContain("int add(struct pair *to)\n");
  expect(without?.["main.c"]).toContain("add(&one);");
  const go = await made(
    "go",
    'package main\n\nfunc f(a, b int, c string) int { return a }\n\nfunc main() { f(1, 2, "") }\n',
  );
  expect(go.get("parameter: b of f")).toContain(
    'func f(a int, c string) int { return a }\n\nfunc main() { f(1, "") }',
  );
  const only = await made(
    "c",
    "static void f(int n)\n{\n}\nint main(void)\n{\n    f(1);\n    return 0;\n}\n",
  );
  expect(only.get("parameter: int n of f")).toContain(
    "static void f(void)\n{\n}\nint main(void)\n{\n    f();",
  );
});

test("leaves the parameters of a function whose address is taken, and of those that have any number", async () => {
  const taken =
    "static void *f(void *n)\n{\n    return 0;\n}\nint main(void)\n{\n    run(f);\n    f(0);\n}\n";
  const any = "static int f(int n, ...)\n{\n    return 0;\n}\nint main(void)\n{\n    return f(1, 2);\n}\n";
  for (const text of [taken, any]) {
    const kinds = [...(await made("c", text)).keys()];
    expect(kinds.filter((each) => each.startsWith("parameter"))).toEqual([]);
  }
});

test("does not ask for what leaves a name undefined, for a program without main, and for a header without its guard", async () => {
  const titles = [...(await madeOfAll("c", SEVERAL)).keys()];
  expect(titles).not.toContain("statements: struct pair {");
  expect(titles).not.toContain("statements: int add(struct pair *to, int verbose);");
  expect(titles).not.toContain("statements: struct pair one = {0};");
  expect(titles).not.toContain("symbol: main");
  expect(titles).not.toContain("symbol: ADD_H");
  // The use goes, too; and a definition whose name something else hides may go alone.
  expect(titles).toContain("symbol: one and what needs it");
  const hidden = "int n;\nint f(int n)\n{\n    return n;\n}\nint main(void)\n{\n    return f(1);\n}\n";
  expect([...(await made("c", hidden)).keys()]).toContain("statements: int n;");
});

test("knows a change again after another one was made beside it", async () => {
  const grammar = await loadGrammar("c");
  const keys = (text: string): string[] => unitsOf(parseProgram(grammar, { f: text })).map(({ key }) => key);
  const before = keys(C);
  const after = keys(C.replace('    printf("hello 😀\\n");\n', ""));
  expect(new Set(before).size).toBe(before.length);
  expect(after.filter((key) => key.startsWith("symbol")).every((key) => before.includes(key))).toBe(true);
  expect(after.filter((key) => key.includes("for (int i")).some((key) => before.includes(key))).toBe(true);
});

test("does not ask for what no Go program builds without: its package, its imports by name, main, half of a declaration", async () => {
  const units = await made(
    "go",
    `package main

import "C"

import (
	"fmt"
	_ "net/http/pprof"
)

type pair struct {
	left int
}

var kept = 1

func main() {
	fmt.Println(pair{left: kept})
}
`,
  );
  const statements = [...units.keys()].filter((key) => /^(statements|declarations): /.test(key));
  expect(statements.sort()).toEqual([
    'statements: _ "net/http/pprof"',
    "statements: fmt.Println(pair{left: kept})",
    'statements: import "C"',
    "statements: left int",
  ]);
});

test("keeps the value that a function ends with returning apart from its other statements, so that these do not fall with it", async () => {
  const c = await made(
    "c",
    'static int told(void)\n{\n    puts("a");\n    puts("b");\n    return 3;\n}\n\nint main(void)\n{\n    if (told() > 2) {\n        puts("c");\n        return 1;\n    }\n}\n',
  );
  expect(c.get('statements: puts("a"); (2)')).toContain("{\n    return 3;\n}");
  expect(c.get("statements: return 3;")).not.toContain("return 3");
  expect([...c.keys()]).not.toContain('statements: puts("a"); (3)');
  // Elsewhere it goes with what is before it.
  expect(c.get('statements: puts("c"); (2)')).not.toContain("return 1");
  const go = await made(
    "go",
    'package main\n\nfunc told() int {\n\tprintln("a")\n\tprintln("b")\n\treturn 3\n}\n\nfunc main() {\n\tprintln(told())\n}\n',
  );
  expect(go.get('statements: println("a") (2)')).toContain("{\n\treturn 3\n}");
});

test("tries what leaves a function without the value that it ends with returning after what does not", async () => {
  const text =
    "static int told(void)\n{\n    int long_name_of_a_number = 1000 + 2000 + 3000;\n    return long_name_of_a_number;\n}\n\n" +
    'int main(void)\n{\n    puts("a");\n    int code = told();\n    return code;\n}\n';
  const titles = [...(await made("c", text)).keys()];
  const own = titles.indexOf("symbol: long_name_of_a_number");
  expect(own).toBeGreaterThan(titles.indexOf('statements: puts("a");'));
  // C's main ends with 0 by itself.
  expect(titles.indexOf("symbol: code")).toBeLessThan(own);
});
