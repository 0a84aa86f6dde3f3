import type { Expectation, OutcomeName } from "../manifest/repro.js";
import { impliedOutcome } from "../plan/expectation.js";
import { judge, type Judgement } from "./expectation.js";
import type { SignatureGroup } from "./group.js";
import { streamText } from "./output.js";
import type { Attempt } from "../run/attempt.js";

/** What all attempts of a cell came to. */
export interface CellEnds {
  readonly attempts: number;
  readonly outcomes: Readonly<Record<OutcomeName, number>>;
  readonly groups: readonly SignatureGroup[];
  /** Outputs of attempts of a group, kept raw, for expectations of the output; by group, in the same order. */
  readonly outputs: readonly (Attempt["output"] | null)[];
}

/**
 * Whether a cell's attempts are what the manifest expects: `clean` of every one of them, anything else of at least one,
 * for a crash that comes one time in nine is there all the same. `met` is null where it could not be settled.
 */
export function judgeCell(expectation: Expectation, cell: CellEnds): Judgement {
  if (cell.attempts === 0) return { met: null, why: "no attempt could be counted" };
  return impliedOutcome(expectation) === "clean" ? everyOne(expectation, cell) : anyOne(expectation, cell);
}

function everyOne(expectation: Expectation, cell: CellEnds): Judgement {
  const { attempts, outcomes } = cell;
  const others = (["crash", "exit", "timeout"] as const).filter((name) => outcomes[name] > 0);
  if (others.length > 0) {
    const told = others.map((name) => `${outcomes[name]} ${name}`).join(", ");
    return { met: false, why: `expected clean, but of ${attempts} attempts: ${told}` };
  }
  const { outcome: _outcome, ...rest } = expectation;
  for (const [i, group] of cell.groups.entries()) {
    const judgement = judge(rest, ended(group, cell.outputs[i] ?? null));
    if (judgement.met !== true) return judgement;
  }
  return { met: true, why: `all ${attempts} attempts clean` };
}

function anyOne(expectation: Expectation, cell: CellEnds): Judgement {
  const wanted = { ...expectation, outcome: impliedOutcome(expectation) };
  const judgements = cell.groups.map((group, i) => ({
    group,
    judgement: judge(wanted, ended(group, cell.outputs[i] ?? null)),
  }));
  const hit = judgements.find(({ judgement }) => judgement.met === true);
  if (hit !== undefined) {
    return { met: true, why: `${hit.group.count} of ${cell.attempts} attempts: ${hit.judgement.why}` };
  }
  const unsettled = judgements.find(({ judgement }) => judgement.met === null);
  if (unsettled !== undefined) return unsettled.judgement;
  const nearest = judgements.find(({ group }) => group.outcome.outcome === wanted.outcome) ?? judgements[0];
  return nearest !== undefined && nearest.group.outcome.outcome === wanted.outcome
    ? nearest.judgement
    : { met: false, why: `none of ${cell.attempts} attempts ended as ${wanted.outcome}` };
}

function ended(group: SignatureGroup, output: Attempt["output"]): Parameters<typeof judge>[1] {
  return {
    outcome: group.outcome,
    evidence: group.evidence,
    output: output === null ? null : `${streamText(output.stdout)}\n${streamText(output.stderr)}`,
  };
}
