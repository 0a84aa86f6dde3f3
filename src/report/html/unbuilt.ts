import { clipLines } from "../../text/clip.js";
import { codes, say, technical } from "../../text/phrase.js";
import type { Result } from "../../result/result.js";
import { unbuilt } from "../unbuilt.js";
import { html, phrase, type Markup } from "./markup.js";
import { lines, section } from "./parts.js";

/** Programs that are not there, each with what its build said and what would do; null where all were built. */
export function unbuiltSection(result: Result): Markup | null {
  const groups = unbuilt(result);
  if (groups.length === 0) return null;
  return section(
    "unbuilt",
    "Could not be built",
    ...groups.map(
      ({ environments, why, said, remedy }) =>
        html`<p>${phrase(say`${codes(environments)}: ${technical(why)}`)}</p>
          ${lines("What the build said", clipLines(said, 20))}
          ${remedy === null ? null : html`<p class="note">${phrase(technical(remedy))}</p>`}`,
    ),
  );
}
