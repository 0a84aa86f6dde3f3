import { clipLine } from "../../text/clip.js";
import type { SearchResult } from "../../result/search/search-result.js";
import { sameCrashes } from "../../result/same-crash.js";
import { crashSection } from "../html/crash.js";
import { drawn, html as h, phrase, type Markup } from "../html/markup.js";
import { lines, list, section } from "../html/parts.js";
import { page } from "../html/page.js";
import { table } from "../html/table.js";
import { duration } from "../../text/durations.js";
import type { Phrase } from "../../text/phrase.js";
import { ratePlot } from "./plot.js";
import type { Block, Chapter } from "./story.js";
import { headline, storyOf } from "./story-of.js";

/** Rows of a table; all are in result.json. */
const ROWS = 1000;

/** The report of a search as one self-contained page. */
export function searchHtml(result: SearchResult): string {
  const { repro, id, vivarium } = result;
  const title = repro.name === repro.title ? repro.name : `${repro.name}: ${repro.title}`;
  const chapters = storyOf(result);
  const took = duration(Math.max(0, Date.parse(result.finishedAt) - Date.parse(result.startedAt)));
  return page({
    title,
    skipTo: { id: "answer", text: "Skip to the answer" },
    header: h`<header><p class="eyebrow">vivarium ${vivarium} · search ${id}</p><h1>${clipLine(title, 200)}</h1>${result.complete ? null : h`<p class="banner"><b>Incomplete.</b> The search was interrupted before its end.</p>`}<p class="sentence">${phrase(headline(result))}</p><ul class="facts"><li>${result.details.kind}</li><li>${result.startedAt.slice(0, 10)}, ${took}</li></ul></header>`,
    contents: h`<nav aria-label="Contents"><ul>${chapters.map(({ id, title }) => h`<li><a href="#${id}">${clipLine(title, 80)}</a></li>`)}</ul></nav>`,
    sections: chapters.map(chapter),
    footer: h`vivarium ${vivarium}, search ${id}, sources ${repro.sourceHash.slice(0, 12)}. All of the evidence is in result.json.`,
  });
}

function chapter({ id, title, blocks }: Chapter): Markup {
  return section(id, title, ...blocks.map((block) => blockMarkup(title, block)));
}

function blockMarkup(title: string, block: Block): Markup | null {
  switch (block.kind) {
    case "text":
      return h`<p>${phrase(block.phrase)}</p>`;
    case "list":
      return list(block.items);
    case "table":
      return table(
        title,
        block.columns.map(({ title, align }, i) => ({
          title,
          number: align === "right",
          cell: (row: readonly Phrase[]) => phrase(row[i] ?? []),
        })),
        block.rows.slice(0, ROWS),
      );
    case "code":
      return lines(title, block.lines);
    case "plot": {
      const [wide, narrow] = [ratePlot(block.plot, 1000), ratePlot(block.plot, 340)];
      if (wide === null || narrow === null) return null;
      return h`<div class="plot wide">${drawn(wide.svg)}</div><div class="plot narrow">${drawn(narrow.svg)}</div><p class="note">A dot is the rate, the band its interval; hollow: never seen. The grey bar is the probability that it is what is looked for.</p>`;
    }
    case "crashes":
      return crashSection(sameCrashes(block.result));
  }
}
