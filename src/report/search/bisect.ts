import { clipLines } from "../../text/clip.js";
import { count } from "../../text/count.js";
import { chance, pValue } from "../../text/numbers.js";
import { code, say, type Phrase } from "../../text/phrase.js";
import type { BisectDetails, ChangeRecord } from "../../result/search/bisect-details.js";
import type { SearchResult } from "../../result/search/search-result.js";
import type { Block, Chapter } from "./story.js";

/** The change itself, how it was confirmed, the rates along the way and what git can go on with. */
export function bisectStory(result: SearchResult, details: BisectDetails): Chapter[] {
  const { named, gitBisectLog } = details;
  return [
    {
      id: "change",
      title: named.length === 1 ? "The change" : "Changes that may be it",
      blocks: named.length === 0 ? [] : named.slice(0, 12).flatMap(changeBlocks),
    },
    { id: "confirmation", title: "Confirmation", blocks: confirmation(details) },
    { id: "rates", title: "Rate and probability along the way", blocks: plot(result) },
    {
      id: "git",
      title: "To go on by hand",
      atLength: true,
      blocks:
        gitBisectLog === null
          ? []
          : [{ kind: "code", language: "text", lines: clipLines([gitBisectLog], 400) }],
    },
  ];
}

function changeBlocks({ id, title, author, date, shown, probability }: ChangeRecord): Block[] {
  const by = author === null ? "" : `, ${author}`;
  const on = date === null ? "" : `, ${date}`;
  return [
    { kind: "text", phrase: say`${code(id)} ${title}${by}${on}: ${chance(probability)}.` },
    ...(shown === "" ? [] : [{ kind: "code" as const, language: "text", lines: clipLines([shown], 60) }]),
  ];
}

function confirmation({ confirmation }: BisectDetails): Block[] {
  if (confirmation === null) return [];
  const { sides, pValue: p, test, alpha, confirmed } = confirmation;
  const verdict = confirmed
    ? `The rates differ: ${pValue(p)} (${test}, level ${alpha}).`
    : `The rates were not shown to differ: ${pValue(p)} (${test}, level ${alpha}).`;
  return [
    {
      kind: "table",
      columns: [
        { title: "fresh attempts of", shrinks: true },
        { title: "attempts", align: "right" },
        { title: "counted", align: "right" },
      ],
      rows: sides.map(({ candidate, with: has, attempts, counted }): Phrase[] => [
        say`${code(candidate.slice(0, 40))}, ${has ? "with the change" : "without it"}`,
        [count(attempts)],
        [count(counted)],
      ]),
    },
    { kind: "text", phrase: [verdict] },
  ];
}

/** Rows of one plot; a reader follows no more. */
const MOST = 60;

function plot({ candidates }: SearchResult): Block[] {
  const measured = candidates.filter(({ rate }) => rate !== null);
  const of = measured[0]?.rate?.of;
  if (of === undefined) return [];
  const rows = measured.slice(0, MOST).map(({ id, title, rate, probability }) => ({
    label: title === id ? id : `${id.slice(0, 10)} ${title}`,
    rate,
    probability,
  }));
  return [{ kind: "plot", plot: { title: "Rate by candidate, in their order", of, rows } }];
}
