import { notSeen } from "./bounds.js";
import { limits } from "./limits.js";
import { comparisonSection, environmentTable, gridTable } from "./markdown/environments.js";
import { crashList, crashSection } from "./markdown/crash.js";
import { LEVELS, type Detail } from "./markdown/detail.js";
import { textSize, type Dialect } from "./markdown/dialect.js";
import { inline } from "./markdown/inline.js";
import { bullets, heading, type Page } from "./markdown/page.js";
import { unbuiltSection } from "./markdown/unbuilt.js";
import { reproduceSection, versionSection } from "./markdown/pins.js";
import { listed } from "../text/numbers.js";
import { say } from "../text/phrase.js";
import type { Result } from "../result/result.js";
import { marks, sameCrashes } from "../result/same-crash.js";
import { sentence } from "./sentence.js";

/** Links of the repro: they were checked to be addresses when the manifest was read; only what needs no escape is kept. */
function links(result: Result): string[] {
  const safe = result.plan.repro.links.filter((link) =>
    /^https?:\/\/[\w.~:/?#[\]@!$&'()*+,;=%-]{1,300}$/.test(link),
  );
  return safe.slice(0, 5).map((link) => `<${link}>`);
}

function page(result: Result, dialect: Dialect, detail: Detail, leftOut: readonly string[]): string {
  const crashes = sameCrashes(result);
  const page: Page = { result, crashes, marks: marks(crashes), dialect, detail };
  const about = links(result);
  const unseen = notSeen(result);
  const limited = limits(result);
  const blocks = [
    inline(sentence(result), detail),
    ...(about.length === 0 ? [] : [`About ${about.join(", ")}`]),
    ...environmentTable(page),
    ...unbuiltSection(page),
    ...gridTable(page),
    ...comparisonSection(page),
    ...crashes.slice(0, detail.crashes).flatMap((crash) => crashSection(page, crash)),
    ...crashList(page, crashes.slice(detail.crashes)),
    ...reproduceSection(page),
    ...versionSection(page),
    ...(unseen.length === 0 ? [] : [heading(page, ["Not seen"]), ...bullets(page, unseen)]),
    ...(limited.length === 0 ? [] : [heading(page, ["Limits"]), ...bullets(page, limited)]),
    ...(leftOut.length === 0
      ? []
      : [
          inline(
            say`Shortened to fit ${dialect.title}. Left out: ${listed(leftOut)}. All of it is in result.json.`,
            { ...detail, text: 2000 },
          ),
        ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/**
 * The report as text for a tracker. First the sentence that is the bug, last its limits. Where the tracker's limit is
 * met, evidence is left out in the order of `markdown/detail.ts`, and the report says what; no fence or table is cut.
 */
export function markdown(result: Result, dialect: Dialect): string {
  let text = "";
  for (const { detail, leftOut } of LEVELS) {
    text = page(result, dialect, detail, leftOut);
    if (dialect.limit === null || textSize(text) <= dialect.limit) return text;
  }
  return text;
}
