import { parseHTML } from "linkedom";
import { heatProperties } from "../heat.js";

/** A document for a plot to be drawn in: no browser, no network, no state that outlives the plot. */
export function blank(): unknown {
  return parseHTML("<!doctype html><html><body></body></html>").document;
}

/** Custom properties that plots are coloured with. */
const LIGHT = `--ink: #1c2024; --quiet: #5b6570; --line: #d9dee3; --bar: #c3cbd3; --crash: #b84300; --paper: #ffffff;`;
const DARK = `--ink: #e6e9ec; --quiet: #9aa4ae; --line: #333b43; --bar: #48525c; --crash: #ff9d5c; --paper: #14181b;`;

/** Both colour schemes, for a page or for an SVG file of its own. */
export const SCHEMES = `:root { color-scheme: light dark; ${LIGHT} ${heatProperties("light")} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} ${heatProperties("dark")} } }`;

export interface Figure {
  /** For readers who do not see it, and for search. */
  readonly title: string;
  readonly svg: string;
}

/** What is needed of a drawn element; linkedom's own types speak of a browser's. */
interface Drawn {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<Drawn>;
}

/** A drawn plot as markup; `title` is what a screen reader says of it. */
export function figure(title: string, drawn: Drawn): Figure {
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", title);
  // A picture is one thing to a screen reader: labels of its parts would be read in no order.
  for (const part of drawn.querySelectorAll("[aria-label], [aria-description], [aria-hidden]")) {
    for (const name of ["aria-label", "aria-description", "aria-hidden"]) part.removeAttribute(name);
  }
  return { title, svg: drawn.outerHTML };
}

/** A figure as a file of its own: with its name space, a background and both colour schemes. */
export function svgFile({ svg }: Figure): string {
  return `${svg
    .replace(
      /^<svg /,
      svg.includes('xmlns="http://www.w3.org/2000/svg"')
        ? "<svg "
        : '<svg xmlns="http://www.w3.org/2000/svg" ',
    )
    .replace(
      /^(<svg [^>]*>)/,
      `$1<style>${SCHEMES}\n  svg { background: var(--paper); color: var(--ink); }\n</style>`,
    )}\n`;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/** Options that all plots share. */
export function common(document: unknown, width: number) {
  return {
    document: document as never,
    width,
    style: { font: `12px ${FONT}`, color: "var(--ink)", background: "none", overflow: "visible" },
  } as const;
}

/** A name that fits a margin: its middle is left out. */
export function shortened(name: string, max: number): string {
  if (name.length <= max) return name;
  const head = Math.ceil((max - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (max - 1 - head))}`;
}
