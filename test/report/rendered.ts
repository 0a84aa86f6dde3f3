/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { parseHTML } from "linkedom";
import MarkdownIt from "markdown-it";

/** Markdown as a tracker shows it: HTML let through, bare addresses linked, before any sanitising. */
export function rendered(markdown: string): Document {
  const html = new MarkdownIt({ html: true, linkify: true }).render(markdown);
  return parseHTML(`<!doctype html><html><body>${html}</body></html>`).document;
}

/** The text that a tracker searches for mentions and references: all that is not in code or a link. */
export function searchedText(document: Document): string {
  const body = document.body.cloneNode(true) as HTMLElement;
  for (const element of body.querySelectorAll("code, pre, a")) element.remove();
  return body.textContent ?? "";
}
