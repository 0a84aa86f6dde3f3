import { expect, test } from "vitest";
import { toldIn } from "../../src/commands/new/told.js";
import { readIssue } from "../../src/commands/new/issue.js";

test.each<[string, string, object]>([
  [
    "a compiler's line",
    "$ gcc -O2 -g -Wall t.c -lm -o t && ./t 5 x",
    { cflags: ["-O2", "-Wall"], ldflags: ["-lm"], args: ["5", "x"], link: "dynamic" },
  ],
  [
    "clang, with a sanitizer",
    "# clang-14 -fsanitize=address,undefined a.c",
    { cc: "clang", sanitize: ["address", "undefined"], link: "dynamic" },
  ],
  [
    "a static program with threads",
    "musl-gcc -static -pthread a.c",
    { cflags: ["-pthread"], ldflags: ["-pthread"] },
  ],
  [
    "between backquotes, in a sentence",
    "I built it with `g++ -std=c++17 x.cpp` and it dies.",
    { cflags: ["-std=c++17"] },
  ],
  ["after a long prompt", "me@host:~/src$ gcc -D_FORTIFY_SOURCE=2 a.c", { cflags: ["-D_FORTIFY_SOURCE=2"] }],
  ["variables of a run", "$ MALLOC_PERTURB_=7 ./a.out", { env: { MALLOC_PERTURB_: "7" } }],
  ["go, with the detector", "go run -race -o x main.go", { goflags: ["-race"] }],
  [
    "go, by a test",
    "$ CGO_ENABLED=1 GODEBUG=netdns=cgo go test -tags=netcgo -count 1 ./...",
    { goflags: ["-tags=netcgo"], env: { GODEBUG: "netdns=cgo" } },
  ],
])("%s", (_what, text, told) => {
  expect(toldIn(text)).toMatchObject(told);
});

test.each(["I use gcc, and it is fine.", "x".repeat(5000), "", "the go runtime", "rm -rf / && true"])(
  "%j tells of no build",
  (text) => {
    const { lines: _, link: __, ...told } = toldIn(text);
    expect(told).toEqual({});
  },
);

test("a header that is said to be a file goes along, and a log does not", () => {
  const text =
    '# It dies\n\n`table.h`:\n```c\nint x;\n```\nmain.c:\n```c\n#include "table.h"\nint main(void) { return x; }\n```\nlog:\n```\nSegmentation fault\n```\n';
  const { shown, program } = readIssue(text);
  expect(shown?.files).toEqual({ "table.h": "int x;\n" });
  expect(program?.language).toBe("c");
});
