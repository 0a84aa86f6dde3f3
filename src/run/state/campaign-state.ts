import type { ZodType } from "zod";
import type { Plan } from "../../plan/plan.js";
import { timeLimit } from "../../plan/stop.js";
import { readRows, type AttemptRow, type RowContent } from "../journal/attempt-row.js";
import { readSums } from "../journal/sum-row.js";
import type { Attempt, Stream } from "../attempt.js";
import { CellState } from "./cell-state.js";
import type { JournalEntry, OutputEntry, StreamEntry } from "../journal/entry.js";
import { FailedServices } from "../failed-service.js";
import { HangLook } from "../hang-look.js";
import { MappedFiles } from "../mapped-files.js";
import { KeptOutputs } from "./kept-outputs.js";
import { KeyTable } from "./key-table.js";

/** Losses that are told one by one; all are counted. */
const MAX_INFRA_KEPT = 200;

/** A slot that was lost or could not be opened: no attempt of the program, in no denominator. */
export interface InfraRecord {
  /** The cell. */
  readonly where: string;
  /** The attempt that was being made; null where the slot could not be opened. */
  readonly attempt: number | null;
  readonly message: string;
}

/** All that is known of a campaign's attempts. It follows from the entries of the journal, in their order, alone. */
export class CampaignState {
  readonly cells: readonly CellState[];
  readonly keys = new KeyTable();
  readonly outputs: KeptOutputs;
  readonly infra: InfraRecord[] = [];
  /** Milliseconds that it ran, times between sessions left out. */
  elapsedMs = 0;
  /** When its last session ended in order, ISO 8601; null while one runs, or where it was killed. */
  endedAt: string | null = null;

  constructor(readonly plan: Plan) {
    this.cells = plan.cells.map(() => new CellState(plan.stop));
    this.outputs = new KeptOutputs(plan.output.perSignature);
  }

  /** Takes an entry of the journal but its header. Throws a RangeError where it cannot be one. */
  apply(entry: JournalEntry): void {
    switch (entry.t) {
      case "key":
        this.keys.add(entry.name);
        return;
      case "batch": {
        const cell = this.cell(entry.cell);
        for (const { attempt, outcome, counted, key } of readRows(entry.rows)) {
          const made = entry.node === undefined ? attempt : { ...attempt, node: entry.node };
          cell.add({ attempt: made, verdict: { key: this.keys.name(key), outcome, counted } });
        }
        for (const sum of readSums(entry.sums, (key) => this.keys.name(key), entry.node)) cell.addSum(sum);
        cell.workMs += entry.workMs;
        this.elapsedMs = Math.max(this.elapsedMs, entry.atMs);
        return;
      }
      case "output":
        this.applyOutput(entry);
        return;
      case "infra":
        this.lost(entry.cell, entry.number, entry.message);
        return;
      case "decided":
        this.cell(entry.cell).end("decided");
        return;
      case "threads":
        this.cell(entry.cell).threads = entry.several ? "several" : "one";
        return;
      case "mapped":
        this.cell(entry.cell).mapped = checked(
          MappedFiles,
          entry.mapped,
          "no list of what a program had mapped",
        );
        return;
      case "session":
        this.endedAt = null;
        return;
      case "end":
        this.elapsedMs = Math.max(this.elapsedMs, entry.atMs);
        this.endedAt = entry.at;
        return;
      default:
        throw new RangeError("an entry of an unknown kind");
    }
  }

  lost(cell: number, attempt: number | null, message: string): void {
    this.cell(cell).infra++;
    const where = this.plan.cells[cell]?.id ?? "";
    if (this.infra.length < MAX_INFRA_KEPT) this.infra.push({ where, attempt, message });
  }

  /** A cell by its index in the plan. Throws a RangeError where there is none. */
  cell(index: number): CellState {
    const cell = this.cells[index];
    if (cell === undefined)
      throw new RangeError(`cell ${JSON.stringify(index)?.slice(0, 20)} is not in the plan`);
    return cell;
  }

  /** Brings every cell to its end, now that nothing more will be done in them. Call it once. */
  settle(): void {
    const { stop } = this.plan;
    const timeOver = this.elapsedMs >= timeLimit(stop);
    for (const cell of this.cells) {
      cell.settle(timeOver);
      if (timeOver && !cell.gaveUp && cell.ending === null) cell.end("time");
    }
  }

  private applyOutput({ cell, row, stdout, stderr, schedule, hang, services }: OutputEntry): void {
    this.cell(cell);
    const [content] = [...readRows([row])] as [RowContent];
    const output = { stdout: decoded(stdout), stderr: decoded(stderr) };
    this.outputs.add(cell, this.keys.name(content.key), {
      ...content.attempt,
      output,
      ...(schedule === undefined ? {} : { schedule }),
      ...(hang === undefined ? {} : { hang: checked(HangLook, hang, "no look at a hang") }),
      ...(services === undefined
        ? {}
        : { services: checked(FailedServices, services, "no services that failed") }),
    });
  }
}

/** The entry that keeps an attempt's output. */
export function outputEntry(
  cell: number,
  row: AttemptRow,
  { output, schedule, hang, services }: Attempt & { readonly output: NonNullable<Attempt["output"]> },
): OutputEntry {
  const { stdout, stderr } = output;
  return {
    t: "output",
    cell,
    row,
    stdout: encoded(stdout),
    stderr: encoded(stderr),
    ...(schedule === undefined ? {} : { schedule }),
    ...(hang === undefined ? {} : { hang }),
    ...(services === undefined ? {} : { services }),
  };
}

/** A value as its schema has it. Throws a RangeError that says `otherwise` where it is not so. */
function checked<T>(schema: ZodType<T>, value: unknown, otherwise: string): T {
  const { data } = schema.safeParse(value);
  if (data === undefined) throw new RangeError(otherwise);
  return data;
}

function encoded({ head, tail, total }: Stream): StreamEntry {
  return [head.toString("base64"), tail.toString("base64"), total];
}

function decoded([head, tail, total]: StreamEntry): Stream {
  return { head: Buffer.from(head, "base64"), tail: Buffer.from(tail, "base64"), total };
}
