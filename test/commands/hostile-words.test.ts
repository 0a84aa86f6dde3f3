import { expect, it } from "vitest";
import { folderOf, vivarium } from "./command-line.js";

it("shows a stranger's control characters as pictures, wherever a message quotes them", async () => {
  const cwd = await folderOf({
    "r/repro.yaml":
      'name: r\ntitle: r\nlanguage: c\nsources: [a.c]\n"\\e]0;owned\\a\\e[2J": 1\n"\\u202e": 2\n',
  });
  const { code, stderr } = await vivarium(["plan", "./r"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain("unknown key '␛]0;owned␇␛[2J'");
  expect(stderr).toContain("\\u{202e}");
  expect(stderr).not.toMatch(/[\x1b\x07\u202e]/);
});
