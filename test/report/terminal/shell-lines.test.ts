import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellLines } from "../../../src/report/terminal/shell-lines.js";

/** The words that a shell makes of a command. */
const wordsOf = (command: string): string[] =>
  execFileSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);

const COMMAND = `vivarium fix crash.c --source 'musl=/home/me/my musl' --env musl@v1.2.2 --patch "fix it.diff" --cflags='-O2 -g' --expect output=a\\ b`;

test("a command that is longer than the terminal goes on in lines that a shell joins again", () => {
  const lines = shellLines(COMMAND, 60);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  expect(wordsOf(lines.join("\n"))).toEqual(wordsOf(COMMAND));
});

test("a short one is one line, a long word stays whole, and what is no command is left as it is", () => {
  expect(shellLines("vivarium run crash.c", 80)).toEqual(["vivarium run crash.c"]);
  const path = "p".repeat(90);
  expect(shellLines(`vivarium run ${path}`, 40)).toEqual(["vivarium run \\", `  ${path}`]);
  expect(shellLines("it's  not one", 5)).toEqual(["it's  not one"]);
});
