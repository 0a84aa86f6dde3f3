import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tableLines, type Column } from "../../../src/report/terminal/table.js";

const COLUMNS: readonly Column[] = [{ title: "environment", shrinks: true }, { title: "rate" }];
const paint = (_role: string, text: string): string => text;

/** The names of the rows, as a table of this width shows them. */
function shown(names: readonly string[], room: number): string[] {
  const rows = names.map((name) => [{ text: name }, { text: "12 %" }]);
  return tableLines(COLUMNS, rows, room, paint)
    .slice(1)
    .map((line) => line.replace(/\s+12 %$/, ""));
}

describe("the names of rows", () => {
  test("are cut in the middle", () => {
    expect(shown(["glibc-2.36/go-1.19"], 20)).toEqual(["glibc-2…o-1.19"]);
  });

  test("that would read the same are cut elsewhere", () => {
    expect(shown(["glibc-2.31/go-1.15 dynamic", "glibc-2.36/go-1.15 dynamic"], 20)).toEqual([
      "glibc-2.31/go…",
      "glibc-2.36/go…",
    ]);
  });

  test("have a number where no cut tells them apart", () => {
    const names = ["aaaaaaaaaaaaaaaaaaaa1zzzzzzzzzzzzzzzzzzzz", "aaaaaaaaaaaaaaaaaaaa2zzzzzzzzzzzzzzzzzzzz"];
    expect(shown(names, 20)).toEqual(["aaaaaaa…zzzzzz", "aaaaaaaaaaa…#2"]);
  });

  test("of any kind stay apart", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[ab]{1,40}$/), { maxLength: 12 }), (names) => {
        expect(new Set(shown(names, 20)).size).toBe(names.length);
      }),
    );
  });
});
