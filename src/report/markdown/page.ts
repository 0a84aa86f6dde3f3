import type { Phrase } from "../../text/phrase.js";
import type { Result } from "../../result/result.js";
import type { SameCrash } from "../../result/same-crash.js";
import type { Detail } from "./detail.js";
import type { Dialect } from "./dialect.js";
import { inline, inlineHtml } from "./inline.js";

/** What every section needs. A section is a list of blocks, joined by empty lines. */
export interface Page {
  readonly result: Result;
  readonly crashes: readonly SameCrash[];
  readonly marks: ReadonlyMap<string, string>;
  readonly dialect: Dialect;
  readonly detail: Detail;
}

export function heading(page: Page, phrase: Phrase): string {
  return `### ${inline(phrase, page.detail)}`;
}

/** A list of sentences, one line each; says how many were left out. */
export function bullets(page: Page, items: readonly Phrase[]): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, page.detail.rows).map((item) => `- ${inline(item, page.detail)}`);
  const left = items.length - shown.length;
  return [[...shown, ...(left > 0 ? [`- … and ${left} more.`] : [])].join("\n")];
}

/** Blocks behind a fold where the tracker has one, else under a line of their own. */
export function folded(page: Page, summary: Phrase, blocks: readonly string[]): string[] {
  if (blocks.length === 0) return [];
  return page.dialect.folds
    ? [`<details><summary>${inlineHtml(summary, page.detail)}</summary>`, ...blocks, "</details>"]
    : [`${inline(summary, page.detail)}:`, ...blocks];
}
