import type { FixDetails } from "../../result/search/fix-details.js";
import { count } from "../../text/count.js";
import { pValue, percent } from "../../text/numbers.js";
import { code, say, technical, type Phrase } from "../../text/phrase.js";
import type { Block, Chapter } from "./story.js";

/** Both sides and the control, how they were told apart, and what to put under the patch. */
export function fixStory(details: FixDetails): Chapter[] {
  return [
    { id: "sides", title: "With and without the patch", blocks: sides(details) },
    ...(details.trailer.length === 0
      ? []
      : [
          {
            id: "submission",
            title: "For the patch",
            blocks: [{ kind: "code" as const, language: "text", lines: details.trailer }],
          },
        ]),
  ];
}

/** Other verdicts may rest on something else than the rates of what is counted: another crash may come as often as the old one. */
const RATES_DIFFER: readonly FixDetails["verdict"][] = ["fixed", "rarer", "more-often"];

function sides({ without, with: patched, control, verdict, ...numbers }: FixDetails): Block[] {
  const { pValue: p, test, excludedAbove } = numbers;
  const told = RATES_DIFFER.includes(verdict)
    ? "The sides differ: "
    : p !== null && p < 0.05
      ? "The rates differ: "
      : "No difference in rate shown: ";
  const row = (what: Phrase, { attempts, counted }: { attempts: number; counted: number }): Phrase[] => [
    what,
    [count(attempts)],
    [count(counted)],
    [attempts === 0 ? "–" : percent(counted / attempts)],
  ];
  const again =
    control === null ? [] : [row(say`${code(without.environment)}, once more: the control`, control)];
  return [
    {
      kind: "table",
      columns: [
        { title: "side", shrinks: true },
        { title: "attempts", align: "right" },
        { title: "counted", align: "right" },
        { title: "rate", align: "right" },
      ],
      rows: [
        row(say`${code(without.environment)}, without the patch`, without),
        row(say`${code(patched.environment)}, with it`, patched),
        ...again,
      ],
    },
    ...(p === null
      ? []
      : [{ kind: "text" as const, phrase: say`${told}${pValue(p)} (${technical(test ?? "")}).` }]),
    ...(excludedAbove === null || !["fixed", "rarer"].includes(verdict)
      ? []
      : [
          {
            kind: "text" as const,
            phrase: say`With the patch, rates above ${percent(excludedAbove)} are excluded at 95 %.`,
          },
        ]),
    ...(control === null
      ? []
      : [
          {
            kind: "text" as const,
            phrase: say`The control ${control.differs ? "differs" : "does not differ"} from the unpatched side (${pValue(control.pValue)}).`,
          },
        ]),
  ];
}
