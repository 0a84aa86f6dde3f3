import { clipLine } from "../../text/clip.js";
import { drawn, html as h, type Markup } from "./markup.js";
import { STYLE } from "./style.js";

/** No script, nothing from elsewhere, nothing to send anywhere: whatever a program printed, it stays text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface Page {
  readonly title: string;
  /** For who goes by keyboard: the id of what they came for, and what the link to it says. */
  readonly skipTo: { readonly id: string; readonly text: string };
  readonly header: Markup;
  readonly contents: Markup;
  readonly sections: readonly Markup[];
  readonly footer: Markup;
}

/** One self-contained page. It reads on paper, on a phone, in the dark, by keyboard, and needs no script. */
export function page({ title, skipTo, header, contents, sections, footer }: Page): string {
  return h`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${clipLine(title, 200)}</title>
<style>${drawn(STYLE)}</style>
</head>
<body>
<a class="skip" href="#${skipTo.id}">${skipTo.text}</a>
<div class="page">
${header}
${contents}
<main>
${sections}</main>
<footer>${footer}</footer>
</div>
</body>
</html>
`.html;
}
