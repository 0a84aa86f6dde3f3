import { clipLine } from "../../text/clip.js";
import { count } from "../../text/count.js";
import { duration } from "../../text/durations.js";
import { chance, counted, interval, percent } from "../../text/numbers.js";
import { code, say, technical, together, type Phrase } from "../../text/phrase.js";
import type { CandidateRecord } from "../../result/search/candidate.js";
import type { SearchResult } from "../../result/search/search-result.js";
import { bisectStory } from "./bisect.js";
import { ablateStory } from "./ablate.js";
import { reduceStory } from "./reduce.js";
import { fixStory } from "./fix.js";
import type { Block, Chapter, StoryColumn } from "./story.js";

/** The headline: what the search came to, in a sentence. */
export function headline(result: SearchResult): Phrase {
  const [first = ""] = result.answer;
  return technical(first);
}

/** The chapters of a search's report; what only one kind of search has stands first. */
export function storyOf(result: SearchResult): Chapter[] {
  const chapters: Chapter[] = [
    { id: "answer", title: "The answer", blocks: answer(result) },
    ...ofKind(result),
    {
      id: "candidates",
      title: "Everything that was tried",
      blocks: result.candidates.length === 0 ? [] : [candidateTable(result)],
    },
    ...evidence(result),
    { id: "repeat", title: "Run it again", blocks: repeat(result) },
  ];
  return chapters.filter(({ blocks }) => blocks.length > 0);
}

/** A new kind of search adds its own chapters here. */
function ofKind(result: SearchResult): Chapter[] {
  const { details } = result;
  switch (details.kind) {
    case "bisect":
      return bisectStory(result, details);
    case "ablate":
      return ablateStory(details);
    case "reduce":
      return reduceStory(details);
    case "fix":
      return fixStory(details);
  }
}

function answer({ answer, question, cost, complete, warnings }: SearchResult): Block[] {
  const more = answer.slice(1).map((sentence) => technical(sentence));
  return [
    { kind: "text", phrase: say`Asked: ${technical(question)}` },
    ...(more.length === 0 ? [] : [{ kind: "list" as const, items: more }]),
    {
      kind: "text",
      phrase: [
        `${counted(cost.candidates, "candidate")} tried with ${counted(cost.attempts, "attempt")} and ${counted(cost.builds, "build")}${ahead(cost)} in ${duration(cost.ms)}.`,
        ...(complete ? [] : [" It was interrupted before its end."]),
      ],
    },
    ...(warnings.length === 0 ? [] : [{ kind: "list" as const, items: warnings.map(technical) }]),
  ];
}

const COLUMNS: readonly StoryColumn[] = [
  { title: "candidate", shrinks: true, least: 12, cut: "end" },
  { title: "counted", align: "right" },
  { title: "rate" },
];

/** Every candidate with its counts and interval. */
function candidateTable({ candidates }: SearchResult): Block {
  const likely = candidates.some(({ probability }) => probability !== null);
  const other = candidates.some((candidate) => candidate.others.length > 0);
  const noted = candidates.some((candidate) => notes(candidate) !== "");
  const columns = [
    ...COLUMNS,
    ...(other ? [{ title: "other ends", shrinks: true as const, cut: "end" as const }] : []),
    ...(likely ? [{ title: "chance", align: "right" as const }] : []),
    ...(noted ? [{ title: "note", shrinks: true as const, least: 17, cut: "end" as const }] : []),
  ];
  return {
    kind: "table",
    columns,
    rows: candidates.map((candidate) => [
      [
        code(nameOf(candidate.id)),
        ...(candidate.title === candidate.id ? [] : [` ${clipLine(candidate.title, 120)}`]),
      ],
      [`${count(candidate.counted)} of ${count(candidate.attempts)}`],
      [
        candidate.rate === null
          ? "–"
          : `${percent(candidate.rate.estimate)} ${interval(candidate.rate.low, candidate.rate.high)}`,
      ],
      ...(other ? [others(candidate)] : []),
      ...(likely ? [[candidate.probability === null ? "" : chance(candidate.probability)]] : []),
      ...(noted ? [[notes(candidate)]] : []),
    ]),
  };
}

/** What a candidate is called in a table: a commit by the first digits of its hash. */
function nameOf(id: string): string {
  return /^[0-9a-f]{40,64}$/.test(id) ? id.slice(0, 12) : clipLine(id, 60);
}

function others({ others }: CandidateRecord): Phrase {
  if (others.length === 0) return [""];
  return [
    others
      .slice(0, 3)
      .map(({ what, count: n }) => `${clipLine(what, 60)} (${count(n)})`)
      .join(", "),
  ];
}

function notes({ role, build, sameAs, note }: CandidateRecord): string {
  return [
    role,
    build?.status === "failed" ? `does not build: ${clipLine(reason(build.why ?? ""), 100)}` : null,
    sameAs === null ? null : `same program as ${sameAs.slice(0, 12)}`,
    note,
  ]
    .filter((part) => part !== null)
    .join("; ");
}

/** Why something does not build, without which program it is: that stands in its row. */
function reason(why: string): string {
  const lineBreak = why.indexOf("\n");
  return why.slice(0, lineBreak).endsWith(": the program does not build:") ? why.slice(lineBreak + 1) : why;
}

function evidence({ evidence }: SearchResult): Chapter[] {
  return evidence.map(({ role, result, campaign }, i) => ({
    id: `evidence${"abcdefghijklmnop"[i] ?? "z"}`,
    title: `Evidence: ${role}`,
    atLength: true as const,
    blocks: [
      { kind: "text" as const, phrase: together(shown(result), say`Campaign ${code(campaign)}.`) },
      { kind: "crashes" as const, result },
    ],
  }));
}

/** What was built and turned out not to be wanted. */
function ahead({ ahead = 0 }: SearchResult["cost"]): string {
  return ahead === 0 ? "" : ` (${ahead} more, built ahead, ${ahead === 1 ? "was" : "were"} not needed)`;
}

/** What a campaign came to, each environment in a few words. */
function shown(result: SearchResult["evidence"][number]["result"]): Phrase {
  return together(
    ...result.environments.map(({ id, rate, attempts }): Phrase => {
      if (rate === null) return say`${code(id)}: no attempt counted.`;
      return say`${code(id)}: ${percent(rate.estimate)} ${interval(rate.low, rate.high)} of ${counted(attempts, "attempt")} are ${code(rate.of)}.`;
    }),
  );
}

function repeat({ command, id, vivarium }: SearchResult): Block[] {
  return [
    { kind: "code", language: "sh", lines: [clipLine(command, 4000)] },
    { kind: "text", phrase: say`vivarium ${code(vivarium)}, search ${code(id)}.` },
  ];
}
