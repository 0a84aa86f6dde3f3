import { CONDITIONS } from "../../plan/conditions.js";
import type { Cell } from "../../plan/plan.js";
import type { CandidateBench } from "../candidate/bench.js";
import type { CellBatch } from "../candidate/cell-batch.js";
import type { Material } from "../candidate/material.js";
import { Counts } from "../counts.js";
import { settled } from "../../settled.js";
import { refusedBuild, wantedOf } from "../reduce/oracle.js";
import type { AblateAnswer } from "./answers.js";
import type { Part } from "./parts.js";
import type { PartAnswer } from "./part-answer.js";
import type { AblateAsk } from "./strategy.js";

/** A program that never ended so often will not: each further attempt would take its whole time limit. */
const HANGS = 4;
/** Programs take turns so often, so that a machine that grows slower slows all of them. */
const TURNS = 4;

export interface MeasureOptions {
  readonly bench: CandidateBench;
  readonly cell: string;
  readonly whole: Material;
  readonly parts: readonly Part[];
  /** Attempts of each. */
  readonly attempts: number;
  /** Signatures of the bug. */
  readonly signatures: ReadonlySet<string>;
  readonly timeoutMs: number | null;
}

/** Makes attempts of the program without each of some parts, and of the whole program between them. */
export async function measureParts(options: MeasureOptions, { parts }: AblateAsk): Promise<AblateAnswer> {
  const { bench, cell, whole } = options;
  const all = parts.map((at) => options.parts[at] as Part);
  const asked = [
    { index: 0, material: whole },
    ...all.map(({ without }, i) => ({ index: i + 1, material: without })),
  ];
  const condition = CONDITIONS.find(({ name }) => name === all[0]?.condition) ?? null;
  // The whole program is not under the condition that the others of its group are under.
  const [plain, others] = condition === null ? [asked, []] : [asked.slice(0, 1), asked.slice(1)];
  const change = (under: typeof condition) => (each: Cell) => ({
    ...each,
    condition: under,
    run: options.timeoutMs === null ? each.run : { ...each.run, timeoutMs: options.timeoutMs },
  });
  const batches = await settled(
    [
      bench.build(cell, plain, { change: change(null) }),
      ...(others.length === 0 ? [] : [bench.build(cell, others, { change: change(condition) })]),
    ],
    (batch) => batch.close(),
  );
  const batchOf = (index: number): CellBatch => batches[index > 0 && condition !== null ? 1 : 0] as CellBatch;
  try {
    const built = asked.filter(({ index }) => refusedBuild(batchOf(index).built(index)) === null);
    const counts = new Map(built.map(({ index }) => [index, new Counts()]));
    for (let turn = 1; turn <= TURNS; turn++) {
      const wanted = Math.ceil((options.attempts * turn) / TURNS);
      await settled(
        [...counts].map(([index, into]) =>
          batchOf(index).run(index, (so) => so.attempts >= wanted || onlyHangs(so), into, wanted),
        ),
      );
    }
    const answers = await settled(
      all.map((_, i) => answerFor(batchOf(i + 1), i + 1, counts.get(i + 1), options)),
    );
    const own = counts.get(0);
    return {
      parts: answers,
      whole: { attempts: own?.attempts ?? 0, counted: own === undefined ? 0 : wantedOf(own) },
    };
  } finally {
    await Promise.all(batches.map((batch) => batch.close()));
  }
}

/** Whether nothing but the time limit ended it, where that is not the bug itself. */
function onlyHangs({ attempts, ends }: Counts): boolean {
  return attempts >= HANGS && ends.every(({ outcome, counted }) => outcome === "timeout" && !counted);
}

async function answerFor(
  batch: CellBatch,
  index: number,
  counts: Counts | undefined,
  { signatures }: MeasureOptions,
): Promise<PartAnswer> {
  const refused = refusedBuild(batch.built(index));
  if (counts === undefined || refused !== null) {
    const built = batch.built(index);
    const said = "said" in built && built.said !== "" ? `: ${built.said}` : "";
    return {
      refused: `${refused ?? "was not built"}${said}`.slice(0, 200),
      attempts: 0,
      counted: 0,
      others: [],
      otherCrash: null,
    };
  }
  const counted = wantedOf(counts);
  const others = counts.ends.filter(({ counted: same, outcome }) => !same && outcome !== "clean");
  return {
    refused: null,
    attempts: counts.attempts,
    counted,
    others: others
      .slice(0, 5)
      .map(({ key, outcome, count }) => ({ what: key.slice(0, 120), outcome, count })),
    otherCrash: counted === 0 ? null : await anotherCrash(batch, index, counts, signatures),
  };
}

/** What gdb saw instead of the bug; null where it saw the bug, or nothing. */
async function anotherCrash(
  batch: CellBatch,
  index: number,
  counts: Counts,
  signatures: ReadonlySet<string>,
): Promise<string | null> {
  const groups = (await batch.capture(index, counts)).filter(({ outcome }) => outcome.kind !== "clean");
  const seen = groups.filter(({ evidence }) => evidence.siginfo !== null || evidence.threads.length > 0);
  const told = seen.length > 0 ? seen : groups;
  return told.length === 0 || told.some(({ id }) => signatures.has(id)) ? null : (told[0]?.title ?? null);
}
