import type { SignatureGroup } from "../../crash/group.js";
import { readAttempt } from "../../crash/judge.js";
import type { BatchBuilt } from "../../images/program/batch.js";
import type { Cell } from "../../plan/plan.js";
import type { CandidateBench } from "../candidate/bench.js";
import type { Asked } from "../candidate/options.js";
import { QUICK_MS, type CellBatch, type Enough } from "../candidate/cell-batch.js";
import type { Material } from "../candidate/material.js";
import { settled } from "../../settled.js";
import type { Tally } from "../../stats/tally.js";
import { hung, type Counts } from "../counts.js";
import {
  answerOf,
  cleanAttempts,
  expectedAttempts,
  raised,
  rough,
  strict,
  type RateQuestion,
} from "./rate-test.js";
import type { Refusal } from "./state.js";

/** What a candidate must do to be kept; found out of the whole program before the first step. */
export interface Criteria {
  /** Cell in which it must crash, and cells in which it must not. */
  readonly crashes: string;
  readonly clean: readonly string[];
  readonly question: RateQuestion;
  /** Whether more is asked of a candidate where the best so far came to crash more often. */
  readonly follows: boolean;
  /** Signatures that are the bug's. */
  readonly signatures: ReadonlySet<string>;
  /** What an attempt of the whole program takes on average. */
  readonly attemptMs: number;
  /** Time limit of an attempt while the search goes on; null: the repro's own. */
  readonly timeoutMs: number | null;
  /** Whether attempts of the whole program run into the time limit. */
  readonly mayHang: boolean;
  /** Fails where the compiler warns of what it did not warn of in the whole program. */
  readonly lint: string | undefined;
  /** What a sanitizer says of the whole program; null where none could look at it. */
  readonly sanitized: Sanitized | null;
}

/** A cell in which sanitizers look at candidates, and the kind of what they report of the whole program there: `none` where it is nothing. */
export interface Sanitized {
  readonly cell: string;
  readonly report: string;
}

/** What a close look at one candidate came to. */
export interface Look {
  readonly refusal: Refusal;
  readonly attempts: number;
  readonly counted: number;
}

/** Errors of the number of clean attempts: of a probe, and of what is kept. */
const PROBE_ERROR = 0.05;
const KEEP_ERROR = 0.005;
/** So often a candidate may run into the time limit where the whole program never does: attempts that end late are what takes longest. */
const HANGS = 2;
/** Attempts of a program that a sanitizer looks at. */
const SANITIZED_ATTEMPTS = 3;

/** Asks of candidates whether they still are the bug: by attempts, in several environments, under gdb, with a sanitizer. */
export class Oracle {
  private made = 0;

  constructor(
    private readonly bench: CandidateBench,
    readonly criteria: Criteria,
  ) {}

  /** Attempts that were made since this was last asked. */
  attemptsMade(): number {
    const { made } = this;
    this.made = 0;
    return made;
  }

  /** For each candidate why it falls, or null. It says nothing of signatures: whoever keeps one looks closer. */
  async probe(materials: readonly Material[], best: Tally): Promise<Refusal[]> {
    const { crashes, clean } = this.criteria;
    const question = this.questionBeside(best);
    const refusals: Refusal[] = materials.map(() => null);
    const asked = materials.map((material, index) => ({ index, material }));
    const left = (): Asked[] => asked.filter(({ index }) => refusals[index] === null);
    await this.inCell(crashes, asked, async (batch, { index }) => {
      refusals[index] =
        refusedBuild(batch.built(index)) ?? (await this.rate(batch, index, rough(question))).refusal;
    });
    for (const cell of clean) {
      if (left().length === 0) break;
      await this.inCell(cell, left(), async (batch, { index }) => {
        refusals[index] = await this.staysClean(
          batch,
          index,
          cell,
          cleanAttempts(question.asked, PROBE_ERROR),
        );
      });
    }
    return refusals;
  }

  /** A close look at one candidate, that it may become the best. */
  async keep(material: Material, best: Tally): Promise<Look> {
    const { crashes, clean, sanitized } = this.criteria;
    const question = this.questionBeside(best);
    const one = [{ index: 0, material }];
    let look: Look = { refusal: null, attempts: 0, counted: 0 };
    const refusals: Refusal[] = [];
    await settled([
      this.inCell(crashes, one, async (batch) => {
        const built = refusedBuild(batch.built(0));
        if (built !== null) return void refusals.push(built);
        const { refusal, counts } = await this.rate(batch, 0, strict(question));
        look = { refusal: null, attempts: counts.attempts, counted: counts.counted };
        refusals.push(refusal);
        if (refusal === null) refusals.push(await this.sameCrash(batch, counts));
      }),
      ...clean.map((cell) =>
        this.inCell(cell, one, async (batch) => {
          refusals.push(await this.staysClean(batch, 0, cell, cleanAttempts(question.asked, KEEP_ERROR)));
        }),
      ),
      ...(sanitized === null
        ? []
        : [this.sanitizerFindsNothingNew(sanitized, one).then((refusal) => refusals.push(refusal))]),
    ]);
    return { ...look, refusal: refusals.find((refusal) => refusal !== null) ?? null };
  }

  private questionBeside(best: Tally): RateQuestion {
    const { question, follows } = this.criteria;
    return follows ? raised(question, best) : question;
  }

  /** Fresh attempts of what was kept. */
  async remeasure(material: Material): Promise<Look> {
    const { crashes, question } = this.criteria;
    let look: Look = { refusal: "it could not be built again", attempts: 0, counted: 0 };
    await this.inCell(crashes, [{ index: 0, material }], async (batch) => {
      if (refusedBuild(batch.built(0)) !== null) return;
      const { refusal, counts } = await this.rate(batch, 0, strict(question));
      look = { refusal, attempts: counts.attempts, counted: counts.counted };
    });
    return look;
  }

  private async inCell(
    id: string,
    asked: readonly Asked[],
    work: (batch: CellBatch, each: Asked) => Promise<void>,
  ): Promise<void> {
    const { crashes, lint, question, attemptMs } = this.criteria;
    const change = (cell: Cell): Cell => this.timed(cell);
    const attempts = asked.length * expectedAttempts(rough(question), question.asked);
    const quick = attempts * attemptMs < QUICK_MS;
    const batch = await this.bench.build(id, asked, { change, quick, ...(id === crashes ? { lint } : {}) });
    try {
      await settled(asked.map((each) => work(batch, each)));
    } finally {
      await batch.close();
    }
  }

  private async run(batch: CellBatch, index: number, enough: Enough): Promise<Counts> {
    const counts = await batch.run(index, enough);
    this.made += counts.attempts;
    return counts;
  }

  private timed(cell: Cell): Cell {
    const { timeoutMs } = this.criteria;
    return timeoutMs === null ? cell : { ...cell, run: { ...cell.run, timeoutMs } };
  }

  private async rate(
    batch: CellBatch,
    index: number,
    question: RateQuestion,
  ): Promise<{ refusal: Refusal; counts: Counts }> {
    const answer = (counts: Counts) => answerOf(question, counts.attempts, wantedOf(counts));
    const hangs = (so: Counts): boolean => !this.criteria.mayHang && hung(so) >= HANGS;
    const counts = await this.run(batch, index, (so) => answer(so) !== null || hangs(so));
    if (answer(counts) === "keep") return { refusal: null, counts };
    if (hangs(counts)) return { refusal: "hangs", counts };
    const other = counts.ends.find(
      ({ key, outcome }) => outcome !== "clean" && !isWanted({ key, counted: false }, counts),
    );
    return {
      refusal: other === undefined ? "crashes too rarely" : `ends otherwise (${other.key.slice(0, 40)})`,
      counts,
    };
  }

  private async staysClean(
    batch: CellBatch,
    index: number,
    cell: string,
    attempts: number,
  ): Promise<Refusal> {
    const refused = refusedBuild(batch.built(index));
    if (refused !== null) return `${refused} on ${cell}`;
    const spoilt = (counts: Counts): boolean =>
      counts.ends.some(({ key, outcome }) => outcome !== "clean" || isOther(key));
    const counts = await this.run(batch, index, (so) => so.attempts >= attempts || spoilt(so));
    return spoilt(counts) ? `not clean on ${cell}` : null;
  }

  private async sameCrash(batch: CellBatch, counts: Counts): Promise<Refusal> {
    const groups = await batch.capture(0, counts);
    const known = groups.filter(({ id }) => this.criteria.signatures.has(id));
    return known.length > 0 ? null : `another crash: ${titleOf(groups)}`;
  }

  private async sanitizerFindsNothingNew(known: Sanitized, one: readonly Asked[]): Promise<Refusal> {
    const report = await sanitizerReport(this.bench, known.cell, one, (cell) => this.timed(cell));
    if (report !== null) this.made += SANITIZED_ATTEMPTS;
    return report === null || report === "none" || report === known.report
      ? null
      : `a sanitizer reports what was not there: ${report}`;
  }
}

/** What AddressSanitizer and UBSan say of a candidate in a cell: `none`, a report's kind, or null where it cannot be built so. */
export async function sanitizerReport(
  bench: CandidateBench,
  cellId: string,
  one: readonly Asked[],
  timed: (cell: Cell) => Cell,
): Promise<string | null> {
  const batch = await bench.build(cellId, one, { change: (cell) => sanitizedCell(timed(cell)) });
  try {
    if (refusedBuild(batch.built(0)) !== null) return null;
    const counts = await batch.run(0, ({ attempts }) => attempts >= SANITIZED_ATTEMPTS);
    for (const attempt of counts.examples.values()) {
      const { sanitizer } = readAttempt({ language: "c" }, attempt);
      if (sanitizer !== null) return sanitizer.kind;
    }
    return "none";
  } finally {
    await batch.close();
  }
}

function sanitizedCell(cell: Cell): Cell {
  const { build, run } = cell;
  return {
    ...cell,
    build: { ...build, sanitize: ["address", "undefined"], link: "dynamic" },
    run: {
      ...run,
      env: {
        ...run.env,
        ASAN_OPTIONS: "detect_leaks=0:allocator_may_return_null=1",
        UBSAN_OPTIONS: "halt_on_error=1",
      },
      limits: { ...run.limits, memory: Math.max(run.limits.memory, 2 * 1024 ** 3) },
    },
  };
}

const REFUSED = {
  build: "does not compile",
  warnings: "the compiler warns of what was not there",
  time: "takes too long to build",
} as const;

/** Why a candidate was not built, in words; null: it was. */
export function refusedBuild(built: BatchBuilt): Refusal {
  return "program" in built ? null : REFUSED[built.refused];
}

/** Attempts that ended as the bug does, and said what the repro expects. */
export function wantedOf(counts: Counts): number {
  return counts.ends.reduce((sum, end) => sum + (isWanted(end, counts) ? end.count : 0), 0);
}

function isWanted(end: { key: string; counted: boolean }, counts: Counts): boolean {
  const counted = end.counted || counts.ends.some(({ key, counted: each }) => key === end.key && each);
  return counted && !isOther(end.key);
}

/** judgeFor's word for an attempt that did not say what the manifest expects. */
function isOther(key: string): boolean {
  return key.endsWith(", other output");
}

function titleOf(groups: readonly SignatureGroup[]): string {
  return groups.find(({ outcome }) => outcome.kind !== "clean")?.title ?? "none that gdb could see";
}
