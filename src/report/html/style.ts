import { SCHEMES } from "../plots/figure.js";

/** The page's style sheet. Colours come from SCHEMES, so that plots and page agree in both schemes. */
export const STYLE = `${SCHEMES}
:root { --soft: #f5f7f8; --accent: #0b5cad; --mark: #fff0c2; --good: #20604a; }
@media screen and (prefers-color-scheme: dark) { :root { --soft: #1b2025; --accent: #7cb8f5; --mark: #4a3c12; --good: #8fd0b5; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.page { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
code { overflow-wrap: anywhere; }
.short { white-space: nowrap; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
.eyebrow { margin: 0 0 .5rem; color: var(--quiet); font-size: .875rem; letter-spacing: .02em; }
h1 { margin: 0 0 .75rem; font-size: clamp(1.5rem, 1.1rem + 1.8vw, 2.1rem); line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 0 0 1rem; font-size: 1.25rem; line-height: 1.3; letter-spacing: -.01em; }
h3 { margin: 0 0 .75rem; font-size: 1.0625rem; line-height: 1.4; overflow-wrap: anywhere; }
.sentence { margin: 0 0 1rem; font-size: 1.125rem; line-height: 1.6; max-width: 52rem; }
.facts { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0 0 1.5rem; padding: 0; list-style: none; color: var(--quiet); font-size: .875rem; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0; padding: .75rem 0; list-style: none; border-block: 1px solid var(--line); font-size: .9375rem; }
nav a { display: inline-block; padding: .125rem 0; text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { margin-top: 3rem; scroll-margin-top: 1rem; }
p { margin: 0 0 .75rem; }
ul { margin: 0 0 .75rem; padding-left: 1.25rem; }
li { margin: .25rem 0; overflow-wrap: anywhere; }
li::marker { color: var(--quiet); }
.note, .quiet, .sub { color: var(--quiet); }
.note { margin-top: .75rem; font-size: .875rem; overflow-wrap: anywhere; }
.sub { display: block; font-size: .8125rem; font-weight: 400; }
.lead { font-size: 1.0625rem; }
.callout { margin: 1rem 0 .25rem; font-weight: 600; }
.banner { margin: 0 0 1.5rem; padding: .75rem 1rem; border-left: 4px solid var(--crash); background: var(--soft); border-radius: 0 6px 6px 0; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th:first-child { padding-left: 0; }
thead th { color: var(--quiet); font-size: .8125rem; font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
.number { text-align: right; white-space: nowrap; }
.nowrap { white-space: nowrap; }
.heat-0 { background: var(--heat-0); color: var(--heat-ink-0); }
.heat-1 { background: var(--heat-1); color: var(--heat-ink-1); }
.heat-2 { background: var(--heat-2); color: var(--heat-ink-2); }
.heat-3 { background: var(--heat-3); color: var(--heat-ink-3); }
.heat-4 { background: var(--heat-4); color: var(--heat-ink-4); }
.heat-5 { background: var(--heat-5); color: var(--heat-ink-5); }
.heat-none { background: var(--heat-none); color: var(--heat-ink-none); }
.heat .sub { color: inherit; }
table.grid { width: auto; border-collapse: separate; border-spacing: 4px; margin-left: -4px; }
.grid th, .grid td { border: 0; }
.grid td { min-width: 8rem; padding: .75rem; border-radius: 6px; }
.grid tbody th { vertical-align: middle; white-space: nowrap; }
.void { text-align: center; vertical-align: middle; }
.share { display: inline-block; margin-right: .625rem; white-space: nowrap; font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem; padding: 0; list-style: none; font-size: .8125rem; }
.legend li { margin: 0; padding: .125rem .625rem; border-radius: 4px; }
.badge { display: inline-block; min-width: 1.5rem; padding: 0 .375rem; border-radius: 5px; color: #fff; font: 700 .8125rem/1.5rem system-ui, sans-serif; text-align: center; text-decoration: none; margin-right: .25rem; }
.hue-0 { background: #a83d00; } .hue-1 { background: #0a5c9e; } .hue-2 { background: #0b6b4f; }
.hue-3 { background: #85397a; } .hue-4 { background: #765600; } .hue-5 { background: #4c5763; }
.differs { font-weight: 600; } .alike { color: var(--quiet); }
.crash { margin: 0 0 2rem; padding: 1.5rem; border: 1px solid var(--line); border-radius: 10px; scroll-margin-top: 1rem; }
.crash .why { font-size: 1.0625rem; max-width: 52rem; }
.crash .scroll { margin: .5rem 0 1rem; }
.rest { padding: 0; list-style: none; }
details { border-top: 1px solid var(--line); }
.folds { border-bottom: 1px solid var(--line); }
.folds:empty { display: none; }
summary { padding: .625rem .25rem; cursor: pointer; font-weight: 500; }
summary:hover { color: var(--accent); }
details > :last-child { margin-bottom: 1rem; }
pre { margin: 0 0 .75rem; padding: .875rem 1rem; overflow-x: auto; background: var(--soft); border-radius: 8px; line-height: 1.5; tab-size: 4; }
pre code { overflow-wrap: normal; }
mark { background: var(--mark); color: inherit; border-radius: 3px; padding: .1em 0; }
.plot svg { max-width: 100%; height: auto; }
.narrow { display: none; }
.packages { display: grid; grid-template-columns: max-content 1fr; gap: .125rem 1.25rem; margin: 0; font-size: .875rem; }
.packages dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .875rem; overflow-wrap: anywhere; }
@media (max-width: 44rem) {
  .page { padding: 1.5rem 1rem 3rem; }
  .wide { display: none; } .narrow { display: block; }
  .crash { padding: 1rem; }
  th, td { padding: .5rem; }
  .cards, .cards tbody, .cards tr { display: block; }
  .cards thead { position: absolute; left: -9999px; }
  .cards tr { padding: .75rem 0; border-bottom: 1px solid var(--line); }
  .cards th, .cards td { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: .1875rem 0; border: 0; text-align: left; white-space: normal; }
  .cards tbody th { display: block; font-weight: 600; }
  .cards td::before { content: attr(data-label); color: var(--quiet); font-weight: 400; font-size: .875rem; }
  .cards td.heat { margin: .1875rem 0; padding: .25rem .5rem; border-radius: 6px; }
  .cards td.heat::before { color: inherit; }
  .grid td { min-width: 6.5rem; padding: .5rem; }
  .packages { grid-template-columns: 1fr; } .packages dd { margin-bottom: .375rem; color: var(--quiet); }
  section { margin-top: 2.25rem; }
}
@media print {
  :root { color-scheme: light; }
  body { font-size: 10.5pt; }
  .page { max-width: none; padding: 0; }
  nav, .skip { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .scroll { overflow: visible; }
  .heat, .badge, mark, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .crash { border: 0; padding: 0; } h2, h3, summary { break-after: avoid; } tr, svg { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
}
`;
