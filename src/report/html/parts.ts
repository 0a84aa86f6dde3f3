import type { Phrase } from "../../text/phrase.js";
import { drawn, html, phrase, type Markup } from "./markup.js";

/** A section with its heading; `id` is its address in the page. */
export function section(id: string, title: string, ...content: (Markup | null)[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section> `;
}

/** A table that scrolls sideways on its own where the page is too narrow, by keyboard too. */
export function scrolling(label: string, table: Markup): Markup {
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">${table}</div>`;
}

export function list(items: readonly Phrase[]): Markup | null {
  return items.length === 0
    ? null
    : html`<ul>
        ${items.map((item) => html`<li>${phrase(item)}</li>`)}
      </ul>`;
}

/** A fold that needs no script. */
export function fold(summary: Markup | string, ...content: (Markup | null)[]): Markup {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}

/** The formatter of this repository takes a line end in a template for layout; in <pre> it is content. */
const LINE_END = drawn("\n");

/** Lines as they are. Wide ones scroll, by keyboard too. */
export function lines(label: string, text: readonly (string | Markup)[]): Markup | null {
  if (text.length === 0) return null;
  const body = text.flatMap((line, i) => (i === 0 ? [line] : [LINE_END, line]));
  return html`<pre tabindex="0" role="group" aria-label="${label}"><code>${body}</code></pre>`;
}

/** The letter of a signature; the same letter and colour wherever the same crash is meant. */
export function badge(mark: string, linked = true): Markup {
  const hue = mark.length === 1 ? (mark.charCodeAt(0) - 65) % 6 : 5;
  return linked
    ? html`<a class="badge hue-${hue}" href="#crash-${mark}" title="signature ${mark}">${mark}</a>`
    : html`<span class="badge hue-${hue}">${mark}</span>`;
}
