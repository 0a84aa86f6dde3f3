import { readFileSync } from "node:fs";
import { readRows, type RowContent } from "../../../src/run/journal/attempt-row.js";
import type { JournalEntry } from "../../../src/run/journal/entry.js";
import { checked } from "../../../src/run/journal/line.js";

/** All attempts in a journal, by the index of their cell, in the order in which they stand there. */
export function rowsIn(path: string): RowContent[][] {
  const rows: RowContent[][] = [];
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const entry = checked(Buffer.from(line)) as JournalEntry | undefined;
    if (entry?.t === "batch") (rows[entry.cell] ??= []).push(...readRows(entry.rows));
  }
  return rows;
}

/** The numbers of all attempts in a journal, cell by cell, in order. */
export function numbersIn(path: string): number[][] {
  return rowsIn(path).map((rows) => rows.map(({ attempt }) => attempt.number).sort((a, b) => a - b));
}
