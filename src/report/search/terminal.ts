import { clipLine } from "../../text/clip.js";
import { words } from "../../text/phrase.js";
import type { SearchResult } from "../../result/search/search-result.js";
import { TerminalPage, type TerminalOptions } from "../terminal/page.js";
import { bars } from "./bars.js";
import type { Block } from "./story.js";
import { headline, storyOf } from "./story-of.js";

/** Rows of a table or lines of code that a summary shows; the rest is in the report. */
const ROWS = 30;
const CODE_LINES = 80;

/** The summary of a search: no line longer than the terminal, and nothing said by colour alone. */
export function searchTerminal(result: SearchResult, options: TerminalOptions): string {
  const page = new TerminalPage(options);
  page.text(words(headline(result)), 0, 0, "title");
  for (const { title, blocks, atLength } of storyOf(result)) {
    if (atLength === true) continue;
    page.title(title);
    for (const block of blocks) show(page, block, options.columns ?? 80);
  }
  const reports = options.reports ?? [];
  if (reports.length > 0) page.gap();
  for (const report of reports) page.text(`Report: ${report}`);
  return page.toString();
}

function show(page: TerminalPage, block: Block, columns: number): void {
  switch (block.kind) {
    case "text":
      return page.text(words(block.phrase));
    case "list":
      for (const item of block.items.slice(0, ROWS)) page.text(`- ${words(item)}`, 0, 2);
      return;
    case "table": {
      const rows = block.rows
        .slice(0, ROWS)
        .map((row) => row.map((cell) => ({ text: clipLine(words(cell), 200) })));
      page.table(block.columns, rows);
      return more(page, block.rows.length - rows.length);
    }
    case "code":
      if (block.language === "sh") return block.lines.forEach((line) => page.shell(line));
      page.code(block.lines.slice(0, CODE_LINES));
      return more(page, block.lines.length - CODE_LINES);
    case "plot": {
      const width = Math.max(8, Math.min(30, columns - 60));
      const rows = bars(block.plot.rows.slice(0, ROWS), width).map(({ label, bar, text, seen }) => [
        { text: clipLine(label, 80) },
        { text: bar, role: seen ? ("crash" as const) : ("quiet" as const) },
        { text },
      ]);
      page.table(
        [{ title: block.plot.title, shrinks: true }, { title: clipLine(block.plot.of, 20) }, { title: "" }],
        rows,
      );
      return more(page, block.plot.rows.length - rows.length);
    }
    case "crashes":
      return;
  }
}

function more(page: TerminalPage, left: number): void {
  if (left > 0) page.text(`(${left} more in the report)`, 0, 0, "quiet");
}
