import { clipLine, clipLines } from "../../text/clip.js";
import { listed } from "../../text/numbers.js";
import type { SearchResult } from "../../result/search/search-result.js";
import { marks, sameCrashes } from "../../result/same-crash.js";
import { crashList, crashSection } from "../markdown/crash.js";
import { LEVELS, type Detail } from "../markdown/detail.js";
import { textSize, type Dialect } from "../markdown/dialect.js";
import { fence } from "../markdown/fence.js";
import { inline } from "../markdown/inline.js";
import { bullets, folded, heading, type Page } from "../markdown/page.js";
import { table } from "../markdown/table.js";
import { bars } from "./bars.js";
import type { Block } from "./story.js";
import { headline, storyOf } from "./story-of.js";

type Frame = Pick<Page, "dialect" | "detail">;

/** The report of a search as text for a tracker; shortened where the tracker's limit is met, and then it says so. */
export function searchMarkdown(result: SearchResult, dialect: Dialect): string {
  let text = "";
  for (const { detail, leftOut } of LEVELS) {
    text = page(result, dialect, detail, leftOut);
    if (dialect.limit === null || textSize(text) <= dialect.limit) return text;
  }
  return text;
}

function page(result: SearchResult, dialect: Dialect, detail: Detail, leftOut: readonly string[]): string {
  const frame = { dialect, detail };
  const blocks = [
    inline(headline(result), detail),
    ...storyOf(result).flatMap(({ title, blocks, atLength }) => {
      const body = blocks.flatMap((block) => blockText(frame, block));
      return atLength === true
        ? folded(frame as Page, [title], body)
        : [heading(frame as Page, [title]), ...body];
    }),
    ...(leftOut.length === 0
      ? []
      : [
          inline(
            [`Shortened to fit ${dialect.title}. Left out: ${listed(leftOut)}. All of it is in result.json.`],
            { ...detail, text: 2000 },
          ),
        ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function blockText(frame: Frame, block: Block): string[] {
  const { detail } = frame;
  switch (block.kind) {
    case "text":
      return [inline(block.phrase, detail)];
    case "list":
      return bullets(frame as Page, block.items);
    case "table": {
      const shown = block.rows.slice(0, detail.rows);
      const left = block.rows.length - shown.length;
      const columns = block.columns.map(({ title, align }) => ({
        title: [title],
        ...(align ? { align } : {}),
      }));
      return [table(columns, shown, detail), ...(left > 0 ? [`… and ${left} more.`] : [])];
    }
    case "code":
      return [fence(clipLines(block.lines, 60 + detail.rows), block.language)];
    case "plot":
      return [
        fence(
          bars(block.plot.rows.slice(0, detail.rows), 30).map(
            ({ label, bar, text }) => `${clipLine(label, 44).padEnd(44)} ${bar} ${text}`,
          ),
        ),
      ];
    case "crashes": {
      const crashes = sameCrashes(block.result);
      const page: Page = { ...frame, result: block.result, crashes, marks: marks(crashes) };
      const told = Math.min(3, detail.crashes);
      return [
        ...crashes.slice(0, told).flatMap((crash) => crashSection(page, crash)),
        ...crashList(page, crashes.slice(told)),
      ];
    }
  }
}
