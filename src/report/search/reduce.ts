import { clipLines } from "../../text/clip.js";
import { count } from "../../text/count.js";
import { counted } from "../../text/numbers.js";
import { code, say } from "../../text/phrase.js";
import type { ReduceDetails } from "../../result/search/reduce-details.js";
import type { Block, Chapter } from "./story.js";

/** What is left of the program, and why the rest of it was kept. */
export function reduceStory(details: ReduceDetails): Chapter[] {
  return [
    { id: "program", title: "What is left", blocks: details.files.flatMap(programBlocks) },
    { id: "steps", title: "Why nothing more went", blocks: refusals(details) },
  ];
}

function programBlocks({ path, text }: ReduceDetails["files"][number]): Block[] {
  const language = path.endsWith(".go") ? "go" : /\.(c|h)$/.test(path) ? "c" : "cpp";
  return [
    { kind: "text", phrase: say`${code(path)}:` },
    { kind: "code", language, lines: clipLines(text.trimEnd().split("\n"), 400) },
  ];
}

function refusals({ refusals, tried, kept, takenBack }: ReduceDetails): Block[] {
  if (tried === 0) return [];
  const reasons = Object.entries(refusals).sort(([, a], [, b]) => b - a);
  const were = (n: number): string => (n === 1 ? "was" : "were");
  const back = `; ${count(takenBack)} ${were(takenBack)} taken back, because the rate did not hold`;
  const done = `${counted(tried, "change")} ${were(tried)} tried. ${counted(kept, "step")} ${were(kept)} kept (a step is one change, or several together)${takenBack === 0 ? "" : back}`;
  return [
    { kind: "text", phrase: [`${done}. Why the others fell:`] },
    {
      kind: "table",
      columns: [
        { title: "because it", shrinks: true },
        { title: "changes", align: "right" },
      ],
      rows: reasons.map(([reason, n]) => [[reason], [count(n)]]),
    },
  ];
}
