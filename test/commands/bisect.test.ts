import { expect, test } from "vitest";
import { folderOf, vivarium } from "./command-line.js";

test.each([
  ["nothing to bisect over", ["bisect", "."], /--over is missing/, /for example: --over 'glibc-\*'/],
  [
    "commits of one's own project, and no program",
    ["bisect", "--over", ".@good..bad"],
    /--over \.@good\.\.bad: which program shows the crash\?/,
    /vivarium bisect \. --over \.@good\.\.bad/,
  ],
  [
    "a range without its source",
    ["bisect", "main.c", "--over", "v1..v2"],
    /neither a range/,
    /'\.@v1\.2\.\.v1\.3'/,
  ],
  [
    "one commit",
    ["bisect", "main.c", "--over", ".@v1"],
    /neither a range of commits/,
    /SOURCE@OLDER\.\.NEWER/,
  ],
  ["three dots", ["bisect", "main.c", "--over", ".@v1...v2"], /neither a range of commits/, /OLDER\.\.NEWER/],
])("%s is refused with what to type", async (_, argv, says, helps) => {
  const cwd = await folderOf({ "main.c": "int main(void) { return 0; }\n" });
  const { code, stderr } = await vivarium(argv, { cwd });
  expect(stderr.replace(/\s+/g, " ")).toMatch(says);
  expect(stderr.replace(/\s+/g, " ")).toMatch(helps);
  expect(code).toBe(2);
});
