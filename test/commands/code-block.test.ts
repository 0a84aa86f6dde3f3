import { performance } from "node:perf_hooks";
import { expect, test } from "vitest";
import { readIssue } from "../../src/commands/new/issue.js";

const SIZE = 64 * 1024;
const block = (text: string): string => `\`\`\`\n${text}\n\`\`\`\n`;

test.each([
  ["a line that is indented far", `${" ".repeat(SIZE)}x\n`],
  ["spaces before a here-document", `${" ".repeat(SIZE)}<<\n`],
  ["here-documents that do not end", "cat <<A\n".repeat(SIZE / 8)],
  ["a long name of a file", `cat <<A ${"x".repeat(SIZE)}\nA\n`],
  ["a brace before spaces", `#include <a>\n}${" ".repeat(SIZE)}x\n}\n`],
  ["empty lines in a block", block(`${"\n".repeat(SIZE)}x`)],
  ["Fortran's programs that do not end", block("program a\n".repeat(SIZE / 10))],
])("%s: takes time in proportion", (_, text) => {
  const begun = performance.now();
  expect(readIssue(text).program).toBeNull();
  // A second on a slow machine; each of these took minutes, or never came to its end.
  expect(performance.now() - begun).toBeLessThan(3000);
});
