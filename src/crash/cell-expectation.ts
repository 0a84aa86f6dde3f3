import type { Expectation, OutcomeName } from "../manifest/repro.js";
import { impliedOutcome, speaksOfAll } from "../plan/expectation.js";
import { judge, type Judgement } from "./expectation.js";
import type { SignatureGroup } from "./group.js";
import { streamText } from "./output.js";
import type { Attempt } from "../run/attempt.js";

/** What all attempts of a cell came to. */
export interface CellEnds {
  readonly attempts: number;
  readonly outcomes: Readonly<Record<OutcomeName, number>>;
  readonly groups: readonly SignatureGroup[];
  /** Outputs of attempts of a group, kept raw, one of each kind, for expectations of the output; by group, in the same order. */
  readonly outputs: readonly (readonly Attempt["output"][])[];
}

/**
 * Whether a cell's attempts are what the manifest expects: `clean` of every one of them, anything else (`exit: 0`, too) of at least one,
 * for a crash that comes one time in nine is there all the same. `met` is null where it could not be settled.
 */
export function judgeCell(expectation: Expectation, cell: CellEnds): Judgement {
  if (cell.attempts === 0) return { met: null, why: "no attempt could be counted" };
  if (speaksOfAll(expectation)) return everyOne(expectation, cell);
  return anyOne(expectation, cell);
}

/** The same for several ends that are as good: one is enough. */
export function judgeCellByAny(expectations: readonly Expectation[], cell: CellEnds): Judgement {
  const judgements = expectations.map((expectation) => judgeCell(expectation, cell));
  const met = judgements.filter((judgement) => judgement.met === true);
  if (met.length > 0) return { met: true, why: met.map(({ why }) => why).join("; ") };
  const why = [...new Set(judgements.map((judgement) => judgement.why))].join("; ");
  return { met: judgements.some((judgement) => judgement.met === null) ? null : false, why };
}

function everyOne(expectation: Expectation, cell: CellEnds): Judgement {
  const { attempts, outcomes } = cell;
  const others = (["crash", "exit", "timeout"] as const).filter((name) => outcomes[name] > 0);
  if (others.length > 0) {
    const told = others.map((name) => `${outcomes[name]} ${name}`).join(", ");
    return { met: false, why: `expected clean, but of ${attempts} attempts: ${told}` };
  }
  const { outcome: _outcome, ...rest } = expectation;
  for (const { end } of endsOf(cell)) {
    const judgement = judge(rest, end);
    if (judgement.met !== true) return judgement;
  }
  return { met: true, why: `all ${attempts} attempts clean` };
}

function anyOne(expectation: Expectation, cell: CellEnds): Judgement {
  const outcome = impliedOutcome(expectation);
  // An exit status says it all, even where Go's runtime or race detector gave it.
  const wanted = expectation.exit === undefined ? { ...expectation, outcome } : expectation;
  const judgements = endsOf(cell).map(({ group, end }) => ({ group, judgement: judge(wanted, end) }));
  const hit = judgements.find(({ judgement }) => judgement.met === true);
  if (hit !== undefined) {
    return { met: true, why: `${hit.group.count} of ${cell.attempts} attempts: ${hit.judgement.why}` };
  }
  const unsettled = judgements.find(({ judgement }) => judgement.met === null);
  if (unsettled !== undefined) return unsettled.judgement;
  const nearest = judgements.find(({ group }) => group.outcome.kind === outcome) ?? judgements[0];
  return nearest !== undefined && nearest.group.outcome.kind === outcome
    ? nearest.judgement
    : { met: false, why: `none of ${cell.attempts} attempts ended as ${outcome}` };
}

/** Every way to end that was seen: of each group, with each kind of output. */
function endsOf(cell: CellEnds): { group: SignatureGroup; end: Parameters<typeof judge>[1] }[] {
  return cell.groups.flatMap((group, i) => {
    const kinds = cell.outputs[i] ?? [];
    return (kinds.length === 0 ? [null] : kinds).map((output) => ({ group, end: ended(group, output) }));
  });
}

function ended(group: SignatureGroup, output: Attempt["output"]): Parameters<typeof judge>[1] {
  return {
    outcome: group.outcome,
    evidence: group.evidence,
    output: output === null ? null : `${streamText(output.stdout)}\n${streamText(output.stderr)}`,
  };
}
