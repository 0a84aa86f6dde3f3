import { notSeen } from "./bounds.js";
import { clipLine } from "../text/clip.js";
import { comparisonSection, decidesSection, environmentSection, gridSection } from "./html/environments.js";
import { crashSection } from "./html/crash.js";
import { drawn, html as h, phrase, type Markup } from "./html/markup.js";
import { list, section } from "./html/parts.js";
import { page } from "./html/page.js";
import { pinSection, reproduceSection } from "./html/pins.js";
import { unbuiltSection } from "./html/unbuilt.js";
import { limits } from "./limits.js";
import { duration } from "../text/durations.js";
import { counted } from "../text/numbers.js";
import type { Figure } from "./plots/figure.js";
import { ratesFigure } from "./plots/rates.js";
import { timelineFigure } from "./plots/timeline.js";
import type { Result } from "../result/result.js";
import { marks, sameCrashes } from "../result/same-crash.js";
import { sentence } from "./sentence.js";

/** A single file without a manifest has its name for a title. */
function heading({ name, title }: Result["plan"]["repro"]): string {
  return name === title ? name : `${name}: ${title}`;
}

/** Two drawings of a plot, for a desk and for a phone, of which the page shows one. */
function plot(draw: (width: number) => Figure | null): Markup | null {
  const [wide, narrow] = [draw(1000), draw(340)];
  if (wide === null || narrow === null) return null;
  return h`<div class="plot wide">${drawn(wide.svg)}</div><div class="plot narrow">${drawn(narrow.svg)}</div>`;
}

function links(result: Result): Markup | null {
  const { links } = result.plan.repro;
  const safe = links.filter((link) => /^https?:\/\//.test(link)).slice(0, 8);
  return safe.length === 0
    ? null
    : h`<li>About ${safe.map((link, i) => h`${i === 0 ? "" : ", "}<a href="${link}" rel="noreferrer">${clipLine(link.replace(/^https?:\/\//, ""), 100)}</a>`)}</li>`;
}

function header(result: Result): Markup {
  const { repro } = result.plan;
  const attempts = result.environments.reduce((sum, environment) => sum + environment.attempts, 0);
  const took = Date.parse(result.finishedAt) - Date.parse(result.startedAt);
  return h`<header><p class="eyebrow">vivarium ${result.vivarium} · campaign ${result.id}</p><h1>${heading(repro)}</h1>${result.complete ? null : h`<p class="banner"><b>Incomplete.</b> The campaign ended before its stop rule was met everywhere.</p>`}<p class="sentence">${phrase(sentence(result))}</p><ul class="facts"><li>${counted(attempts, "attempt")} in ${counted(result.environments.length, "environment")}</li><li>${result.startedAt.slice(0, 10)}, ${duration(Math.max(0, took))}</li><li>${result.plan.stop}</li>${links(result)}</ul></header>`;
}

function contents(sections: readonly Markup[]): Markup {
  const titles = sections.flatMap(({ html }) => {
    const [, id, title] = /^<section id="([a-z]+)".*?<h2[^>]*>(.*?)<\/h2>/s.exec(html) ?? [];
    return id === undefined || title === undefined ? [] : [h`<li><a href="#${id}">${drawn(title)}</a></li>`];
  });
  return h`<nav aria-label="Contents"><ul>${titles}</ul></nav>`;
}

/** The report of a campaign as one self-contained page. */
export function html(result: Result): string {
  const crashes = sameCrashes(result);
  const letters = marks(crashes);
  const rates = plot((width) => ratesFigure(result, width));
  const timeline = plot((width) => timelineFigure(result, width));
  const unseen = list(notSeen(result));
  const limited = list(limits(result));
  const sections = [
    environmentSection(result, letters),
    unbuiltSection(result),
    gridSection(result, letters),
    decidesSection(result),
    rates &&
      section(
        "rates",
        "Rates",
        rates,
        h`<p class="note">A dot is the rate, the band its interval. Hollow: never seen.</p>`,
      ),
    comparisonSection(result),
    crashSection(crashes),
    timeline &&
      section(
        "time",
        "Attempts over time",
        timeline,
        h`<p class="note">Grey: attempts; over them, those that are counted.</p>`,
      ),
    reproduceSection(result),
    pinSection(result),
    unseen && section("unseen", "Not seen", unseen),
    limited && section("limits", "Limits", limited),
  ].flatMap((part) => (part === null ? [] : [part]));
  const { plan } = result;
  return page({
    title: heading(plan.repro),
    skipTo: { id: "environments", text: "Skip to the results" },
    header: header(result),
    contents: contents(sections),
    sections,
    footer: h`vivarium ${result.vivarium}, campaign ${result.id}, plan ${plan.hash.slice(0, 12)}, sources ${plan.repro.sourceHash.slice(0, 12)}, seed ${plan.seed}, ${plan.parallel} at a time. All of the evidence is in result.json.`,
  });
}
