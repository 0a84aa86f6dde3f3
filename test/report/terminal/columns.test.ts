import { describe, expect, it } from "vitest";
import { columnLines } from "../../../src/report/terminal/columns.js";

describe("columns side by side", () => {
  const long = "is stopped in pthread_cond_signal, called from produce at if-in-place-of-while.c:25";

  it("wraps each cell in its own column, within the room, and keeps every word", () => {
    const lines = columnLines(
      ["thread 1", "thread 2", "thread 3"],
      [
        ["", long, ""],
        ["SIGABRT", "", long],
      ],
      77,
    );
    expect(Math.max(...(lines ?? []).map((line) => line.length))).toBeLessThanOrEqual(77);
    expect(lines).toMatchInlineSnapshot(`
      [
        "thread 1                  thread 2                  thread 3",
        "                          is stopped in",
        "                          pthread_cond_signal,",
        "                          called from produce at i",
        "                          f-in-place-of-while.c:25",
        "",
        "SIGABRT                                             is stopped in",
        "                                                    pthread_cond_signal,",
        "                                                    called from produce at i",
        "                                                    f-in-place-of-while.c:25",
      ]
    `);
  });

  it("has an empty line between rows only where one of them is wrapped", () => {
    expect(
      columnLines(
        ["thread 1", "thread 2"],
        [
          ["waits", ""],
          ["", "ends"],
        ],
        40,
      ),
    ).toEqual(["thread 1             thread 2", "waits", "                     ends"]);
  });

  it("is left out where there is no room for words", () => {
    expect(columnLines(["1", "2", "3", "4", "5", "6"], [["a", "b", "c", "d", "e", "f"]], 80)).toBeNull();
  });
});
