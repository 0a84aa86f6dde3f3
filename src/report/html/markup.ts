import { entities } from "../entities.js";
import { visible } from "../../text/printable.js";
import type { Phrase } from "../../text/phrase.js";

/** HTML that was made by `html` or by a plot; everything else is text and is escaped. */
export class Markup {
  constructor(readonly html: string) {}
  toString(): string {
    return this.html;
  }
}

type Value = string | number | Markup | null | readonly Value[];

function escaped(text: string): string {
  return entities(visible(text));
}

function rendered(value: Value): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.html;
  if (typeof value === "object") return value.map(rendered).join("");
  return escaped(String(value));
}

/** Tagged template: what is put in is escaped, in text and in quoted attributes alike, unless it is Markup itself. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(strings.map((text, i) => text + rendered(values[i] ?? null)).join(""));
}

/** Markup that a plot library made from data that it escaped itself. */
export function drawn(svg: string): Markup {
  return new Markup(svg);
}

/** Longest name that is kept on one line. */
const UNBROKEN = 30;

/** A name, a path, an address: a short one is never broken, a long one wherever it must be. */
export function codeOf(text: string): Markup {
  return text.length <= UNBROKEN ? html`<code class="short">${text}</code>` : html`<code>${text}</code>`;
}

/** A phrase, its code pieces in <code>. */
export function phrase(pieces: Phrase): Markup {
  return html`${pieces.map((piece) => (typeof piece === "string" ? piece : codeOf(piece.code)))}`;
}
