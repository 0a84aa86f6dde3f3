import { widthOf } from "../../text/width.js";
import type { Phrase } from "../../text/phrase.js";
import { inline, type Room } from "./inline.js";

export interface Column {
  readonly title: Phrase;
  readonly align?: "left" | "right";
}

/** A GFM table, its pipes aligned so that it also reads as plain text. */
export function table(columns: readonly Column[], rows: readonly (readonly Phrase[])[], room: Room): string {
  const cells = [
    columns.map(({ title }) => inline(title, { ...room, table: true })),
    ...rows.map((row) => columns.map((_, i) => inline(row[i] ?? [], { ...room, table: true }))),
  ];
  const widths = columns.map((_, i) => Math.max(3, ...cells.map((row) => widthOf(row[i] ?? ""))));
  const line = (row: readonly string[]) =>
    `| ${row
      .map((cell, i) => {
        const space = " ".repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell)));
        return columns[i]?.align === "right" ? space + cell : cell + space;
      })
      .join(" | ")} |`;
  const [head = [], ...body] = cells;
  const rule = columns.map(({ align }, i) => {
    const dashes = "-".repeat((widths[i] ?? 3) - (align === "right" ? 1 : 0));
    return align === "right" ? `${dashes}:` : dashes;
  });
  return [line(head), `| ${rule.join(" | ")} |`, ...body.map(line)].join("\n");
}
