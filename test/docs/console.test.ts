import { expect, test } from "vitest";
import { agrees, consoleCommands, settled } from "./console.js";

const document = [
  "# A page",
  "```console",
  "$ cat > crash.c <<'EOF'",
  "> int main(void) { __builtin_trap(); }",
  "> EOF",
  "$ vivarium run crash.c",
  "crashes at 0x55aa12345678",
  "",
  "Report: .vivarium/campaigns/20261127-1306-crash-g5fc/report.md",
  "```",
  "```",
  "$ not a command",
  "```",
].join("\n");

test("commands and what they print are read from a page", () => {
  expect(consoleCommands(document).map(({ line, shown }) => [line, shown])).toEqual([
    ["cat > crash.c <<'EOF'\nint main(void) { __builtin_trap(); }\nEOF", []],
    [
      "vivarium run crash.c",
      ["crashes at 0x55aa12345678", "", "Report: .vivarium/campaigns/20261127-1306-crash-g5fc/report.md"],
    ],
  ]);
});

test("addresses, ids, dates and durations may differ, and nothing else", () => {
  expect(settled("at 0x55aa12345678 in 20261127-1306-crash-g5fc")).toBe("at 0xADDRESS in ID-crash");
  expect(agrees(["25 of 25 in 1.2 s"], ["25 of 25 in 3 s"])).toBe(true);
  expect(agrees(["25 of 25 in 1.2 s"], ["24 of 25 in 1.2 s"])).toBe(false);
  expect(agrees(["read of 0xe5"], ["read of 0x63"])).toBe(false);
});

test("[…] stands for any lines", () => {
  expect(agrees(["a", "[…]", "z"], ["a", "b", "c", "z"])).toBe(true);
  expect(agrees(["a", "[…]"], ["a"])).toBe(true);
  expect(agrees(["a", "[…]", "z"], ["a", "b"])).toBe(false);
  expect(agrees([], ["more"])).toBe(false);
  expect(agrees(["fixed in 1.2.3, with […]"], ["fixed in 1.2.3, with 99 %"])).toBe(true);
  expect(agrees(["fixed in 1.2.3, with […]"], ["fixed in 1.2.5, with 99 %"])).toBe(false);
});
