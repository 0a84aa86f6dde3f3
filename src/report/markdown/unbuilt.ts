import { clipLines } from "../../text/clip.js";
import { codes, say, technical } from "../../text/phrase.js";
import { unbuilt } from "../unbuilt.js";
import { fence } from "./fence.js";
import { inline } from "./inline.js";
import { heading, type Page } from "./page.js";

/** Programs that are not there, each with what its build said and what would do. */
export function unbuiltSection(page: Page): string[] {
  const groups = unbuilt(page.result).slice(0, page.detail.rows);
  if (groups.length === 0) return [];
  return [
    heading(page, ["Could not be built"]),
    ...groups.flatMap(({ environments, why, said, remedy }) => [
      inline(say`${codes(environments)}: ${technical(why)}`, page.detail),
      ...(said.length === 0 || page.detail.outputLines === 0 ? [] : [fence(clipLines(said, 20))]),
      ...(remedy === null ? [] : [inline(technical(remedy), page.detail)]),
    ]),
  ];
}
