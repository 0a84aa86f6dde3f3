import { clipLine } from "../../text/clip.js";
import { count } from "../../text/count.js";
import { percent } from "../../text/numbers.js";
import { code, say, type Phrase } from "../../text/phrase.js";
import type { AblateDetails, PartRecord } from "../../result/search/ablate-details.js";
import type { Block, Chapter } from "./story.js";

/** The program with a mark and a rate at every line, the settings, and the other parts. */
export function ablateStory(details: AblateDetails): Chapter[] {
  const { files, parts, elsewhere = [] } = details;
  const settings = parts.filter(({ place }) => place === null);
  const placed = parts.filter(
    ({ place, verdict }) => place !== null && verdict !== "cannot be built without",
  );
  return [
    {
      id: "program",
      title: "The program without each line",
      blocks: parts.some(({ place }) => place !== null)
        ? [...files.flatMap((file) => programBlocks(file, parts)), legend()]
        : [],
    },
    { id: "settings", title: "Settings", blocks: settings.length === 0 ? [] : [table("without", settings)] },
    {
      id: "elsewhere",
      title: "The settings that matter, in other environments",
      blocks: elsewhere.length === 0 ? [] : [elsewhereTable(elsewhere)],
    },
    {
      id: "parts",
      title: "Parts of the program",
      atLength: true,
      blocks: placed.length === 0 ? [] : [table("without", placed)],
    },
  ];
}

/** From what says most to what says least: a line shows the first of its parts' verdicts. */
const MARKS: readonly (readonly [PartRecord["verdict"], string])[] = [
  ["needed", "NEEDED"],
  ["changes the crash", "other"],
  ["makes it likelier", "likelier"],
  ["holds it back", "rarer"],
  ["no difference shown", "."],
  ["cannot be built without", "-"],
];

function programBlocks(
  { path, text, line: from = 1 }: AblateDetails["files"][number],
  parts: readonly PartRecord[],
): Block[] {
  const lines = text.trimEnd().split("\n");
  const width = String(from + lines.length - 1).length;
  const marked = lines.map((line, i) => {
    const number = from + i;
    const begun = parts.filter(({ place }) => place?.file === path && place.line === number);
    // A line's statement says more of it than an argument in it.
    const wider = begun.filter(
      ({ kind, verdict }) => kind !== "argument" && verdict !== "cannot be built without",
    );
    const here = wider.length > 0 ? wider : begun;
    const [, mark] = MARKS.find(([verdict]) => here.some((part) => part.verdict === verdict)) ?? ["", ""];
    const told = here.find(({ verdict }) =>
      MARKS.some(([name, shown]) => name === verdict && shown === mark),
    );
    const rate = told === undefined || told.attempts === 0 ? "" : percent(told.counted / told.attempts);
    return `${mark.padEnd(8)} ${rate.padStart(6)} | ${String(number).padStart(width)}  ${line.replaceAll("\t", "    ")}`;
  });
  return [
    { kind: "text", phrase: say`${code(path)}:` },
    { kind: "code", language: "text", lines: marked },
  ];
}

function legend(): Block {
  return {
    kind: "text",
    phrase: [
      "The rate is that of the program without what begins on the line. NEEDED: it never crashed without it. other: it ended in another way. likelier: it crashes less often without it; rarer: more often. A dot: no difference was shown. -: it cannot be built without it.",
    ],
  };
}

function table(title: string, parts: readonly PartRecord[]): Block {
  return {
    kind: "table",
    columns: [
      { title, shrinks: true },
      { title: "crashes", align: "right" },
      { title: "verdict", shrinks: true },
    ],
    rows: parts.map((part): Phrase[] => [
      [
        ...(part.place === null ? [] : [`${part.place.file}:${part.place.line} `]),
        code(clipLine(part.title, 80)),
        ...(part.kind === "setting" || part.kind === "statement" ? [] : [` (${part.kind})`]),
      ],
      [part.attempts === 0 ? "–" : `${count(part.counted)} of ${count(part.attempts)}`],
      [verdictWords(part)],
    ]),
  };
}

function elsewhereTable(records: NonNullable<AblateDetails["elsewhere"]>): Block {
  const rate = (attempts: number, counted: number): string =>
    attempts === 0 ? "–" : `${count(counted)} of ${count(attempts)}`;
  return {
    kind: "table",
    columns: [
      { title: "without", shrinks: true },
      { title: "on" },
      { title: "crashes", align: "right" },
      { title: "verdict", shrinks: true },
    ],
    rows: records.flatMap(({ environment, whole, parts }): Phrase[][] => [
      [["nothing"], [code(environment)], [rate(whole.attempts, whole.counted)], ["the whole program"]],
      ...parts.map(({ title, verdict, attempts, counted }): Phrase[] => [
        [code(clipLine(title, 80))],
        [code(environment)],
        [rate(attempts, counted)],
        [verdict],
      ]),
    ]),
  };
}

function verdictWords({ verdict, excludedAbove, note, attempts, counted }: PartRecord): string {
  const more =
    verdict === "needed" && excludedAbove !== null
      ? ` (rates above ${percent(excludedAbove, "up")} are excluded)`
      : verdict === "makes it likelier" || verdict === "holds it back"
        ? ` (without it ${percent(counted / attempts)})`
        : "";
  return `${verdict}${more}${note === null ? "" : `: ${clipLine(note, 80)}`}`;
}
