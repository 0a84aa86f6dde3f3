import type { IntoRecord } from "../../result/search/ablate-details.js";
import { pooled } from "../../stats/tally.js";
import { listed, percent } from "../../text/numbers.js";
import { ablatedResult, type AblatedParts } from "../ablate/result.js";
import type { Found } from "../close-search.js";
import type { OpenedFunction, OpenFunction } from "./inner.js";
import { choose } from "./choose.js";
import type { Level } from "./level.js";
import type { IntoState } from "./strategy.js";

export interface IntoFound extends Omit<AblatedParts, "parts" | "state"> {
  /** The function as it was asked for. */
  readonly into: string;
  readonly open: OpenFunction;
  readonly state: IntoState;
}

/** The result of an ablation that went into a function. */
export function intoResult(found: IntoFound): Found {
  const { open, state, prepared, environment, into } = found;
  const levels = state.levels.flatMap((level): [OpenedFunction, Level][] => {
    const opened = open(level.function);
    return opened === null ? [] : [[opened, level]];
  });
  const parts = levels.flatMap(([{ parts }]) => parts);
  const answers = levels.flatMap(([, level]) => level.answers);
  const whole = pooled(levels.map(([, level]) => level.whole));
  const base = ablatedResult({ ...found, parts, state: { answers, whole, elsewhere: {} } });
  if (base.details.kind !== "ablate") throw new TypeError("that is no ablation");
  const way = levels.map(([opened, level]) => intoRecord(opened, level));
  const last = way.findLast(({ call }) => call !== null)?.call ?? null;
  const texts = levels.flatMap(([{ file, line, text }]) => (text === "" ? [] : [{ path: file, text, line }]));
  const [, ...more] = base.answer;
  return {
    ...base,
    question: `What in ${into} matters to the crash of ${prepared.plan.repro.name} on ${environment}?`,
    verdict: !found.complete ? "undecided" : way.some(({ call }) => call !== null) ? "found" : "none",
    answer: [
      sentence(into, way),
      ...way.map(step),
      ...more.filter((each) => !each.startsWith("Less likely")),
    ],
    details: {
      ...base.details,
      needs: last === null ? [] : [last.needs],
      likelier: [],
      files: [...base.details.files, ...texts],
      into: way,
    },
    warnings: levels.flatMap(([{ name, leftOut, parts: tried }]) =>
      leftOut === 0
        ? []
        : [`${name} has ${tried.length + leftOut} parts; the last ${leftOut} statements were not tried.`],
    ),
  };
}

function intoRecord(opened: OpenedFunction, level: Level): IntoRecord {
  const chosen = choose(opened, level);
  const { name, file, line } = opened;
  return {
    function: name,
    place: { file, line },
    call:
      chosen === null
        ? null
        : {
            part: chosen.id,
            needs: chosen.needs,
            line: chosen.place?.line ?? line,
            verdict: chosen.verdict,
            attempts: chosen.attempts,
            counted: chosen.counted,
          },
  };
}

function sentence(into: string, way: readonly IntoRecord[]): string {
  const reached = way.filter(({ call }) => call !== null);
  const last = reached.at(-1);
  if (last?.call == null) return `Nothing in ${into} was shown to matter by itself.`;
  const matters = last.call.verdict === "needed" ? "needs" : "is likelier with";
  const names = reached.slice(1).map((each) => each.function);
  const through = names.length === 0 ? "" : `, through ${listed(names)}`;
  return `The crash ${matters} ${last.call.needs} (${last.place.file}:${last.call.line})${through}.`;
}

function step({ function: name, place, call }: IntoRecord): string {
  if (call === null) return `In ${name} (${place.file}) no call was shown to matter by itself.`;
  const { needs, line, verdict, attempts, counted } = call;
  const rate =
    attempts === 0 ? "" : `: ${counted} of ${attempts} (${percent(counted / attempts)}) without it`;
  return `In ${name}, line ${line}: ${needs} ${verdict === "needed" ? "is needed" : verdict}${rate}.`;
}
