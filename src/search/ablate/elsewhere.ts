import type { ElsewhereRecord } from "../../result/search/ablate-details.js";
import { listed } from "../../text/numbers.js";
import type { Part } from "./parts.js";
import { MATTERS, type AblateState } from "./strategy.js";
import { judgeParts } from "./verdict.js";

/** What settings that matter come to in other environments. */
export function elsewhereRecords(parts: readonly Part[], { elsewhere }: AblateState): ElsewhereRecord[] {
  return Object.entries(elsewhere).map(([environment, { parts: asked, answers, whole }]) => {
    const judged = judgeParts(answers, whole);
    return {
      environment,
      whole,
      parts: asked.flatMap((at, i) => {
        const [part, answer, told] = [parts[at], answers[i], judged[i]];
        if (part === undefined || answer === undefined || told == null) return [];
        const { attempts, counted } = answer;
        return [{ id: part.id, title: part.title, verdict: told.verdict, attempts, counted }];
      }),
    };
  });
}

/** Where a setting matters, where that is not everywhere: ` on glibc-2.36 (on glibc-2.31 it makes no difference)`; else "". */
export function whereItMatters(id: string, here: string, records: readonly ElsewhereRecord[]): string {
  const there = records.flatMap(({ environment, whole, parts }) =>
    whole.counted === 0
      ? []
      : parts.flatMap((part) => (part.id === id ? [{ environment, verdict: part.verdict }] : [])),
  );
  const without = there.filter(({ verdict }) => verdict === "no difference shown");
  if (without.length === 0) return "";
  const matters = there.filter(({ verdict }) => MATTERS.has(verdict)).map(({ environment }) => environment);
  return ` on ${listed([here, ...matters])} (on ${listed(without.map(({ environment }) => environment))} it makes no difference)`;
}
