import type { Instruction } from "../evidence.js";
import { endsFlow, jumpsInto, onlyWay, SLOT, type Line, type Span } from "./flow.js";
import { argumentIn, storedAt } from "./frame-slot.js";
import { parseInstruction, shownInstruction, type MemoryOperand, type Parsed } from "./instruction.js";
import { registerPart, type Mode } from "./register.js";
import { transferOf, type Transfer } from "./transfer.js";
import { writtenRegisters } from "./written-registers.js";

/** Where the value in a register came from, as far as the code before the fault shows it. */
export type Origin =
  /** What a function returned, or (`loaded`) what lay where its return value pointed. */
  | {
      readonly kind: "return";
      readonly callee: string;
      readonly loaded: string | null;
      readonly bytes: number;
    }
  /** Read from memory by this instruction. */
  | { readonly kind: "load"; readonly text: string; readonly from: string }
  | { readonly kind: "constant"; readonly text: string; readonly value: bigint }
  | { readonly kind: "computed"; readonly text: string }
  /** As the function got it: nothing between its first instruction and the fault writes it. */
  | { readonly kind: "argument"; readonly position: number };

/** An origin, and whether every path that the listing shows leads through it. */
export interface Trace {
  readonly origin: Origin;
  readonly certain: boolean;
}

/** Those of a program of 64 bits; in 32 bits all are on the stack. */
const ARGUMENTS = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"];
const MAX_STEPS = 256;

/**
 * Follows a register back from the faulting instruction to what put its value there: through moves between registers,
 * to a load, a constant, a call or the function's entry. Null where the listing does not show it; never a guess: where
 * a jump may lead to the fault past what was found, `certain` is false.
 */
export function originOf(
  register: string,
  disassembly: readonly Instruction[],
  mode: Mode = 64,
): Trace | null {
  const listing = disassembly.map((line) => ({ ...line, parsed: parseInstruction(line.text) }));
  const fault = listing.findIndex((line) => line.current);
  const family = registerPart(register)?.family;
  return fault === -1 || family === undefined ? null : new Pursuit(listing, fault, family, mode).run();
}

/** Where a value is followed to next: its holder before the instruction at `at`. */
interface Step {
  readonly next: string;
  readonly at: number;
}

/** Follows one value through one listing, from the fault back. */
class Pursuit {
  /** Through what the value came, from the fault back; the last part of its way is open. */
  private readonly spans: Span[] = [];
  private until: number;
  /** The load that gave the value, once it was met: it is the answer where what lies beyond does not say more. */
  private load: { readonly text: string; readonly trace: Trace } | null = null;

  constructor(
    private readonly listing: readonly Line[],
    private readonly fault: number,
    private holder: string,
    private readonly mode: Mode,
  ) {
    this.until = fault;
  }

  run(): Trace | null {
    for (let i = this.fault - 1; i >= 0 && i > this.fault - MAX_STEPS; i--) {
      const line = this.listing[i];
      const parsed = line?.parsed;
      if (line === undefined || !parsed) return this.best();
      if (endsFlow(parsed) && !jumpsInto(this.listing, i, this.fault)) return this.best();
      const written = writtenRegisters(parsed);
      if (written === null) return this.best();
      if (!written.has(this.holder)) continue;
      const step = this.take(transferOf(parsed), parsed, shownInstruction(line.text), i);
      if (step === null || "origin" in step) return step;
      this.follow(step.next, step.at);
      i = step.at;
    }
    return this.load === null ? this.argument() : this.best();
  }

  /** What the instruction at `i` puts into the holder: the answer, none, or where to look on. */
  private take(transfer: Transfer, parsed: Parsed, text: string, i: number): Trace | Step | null {
    if (transfer.kind === "return") return this.returned(transfer.callee, i);
    // One load is followed to a call, whose result may be a pointer to the value; beyond that the load is the answer.
    if (this.load !== null) return this.best();
    switch (transfer.kind) {
      case "copy":
        return { next: transfer.from, at: i };
      case "constant":
        return this.found({ kind: "constant", text, value: transfer.value }, i);
      case "load":
        return this.loaded(transfer, parsed, text, i);
      case "computed":
        return this.found({ kind: "computed", text }, i);
    }
  }

  private returned(callee: string | null, i: number): Trace | null {
    if (this.holder !== "rax" || callee === null) return this.best();
    const back = this.listing[i + 1];
    const here = this.listing[this.fault];
    if (back === undefined || here === undefined) return null;
    const bytes = Number(BigInt(here.address) - BigInt(back.address));
    return this.found({ kind: "return", callee, loaded: this.load?.text ?? null, bytes }, i);
  }

  private loaded(
    { source, bits }: Extract<Transfer, { kind: "load" }>,
    parsed: Parsed,
    text: string,
    i: number,
  ): Trace | Step {
    const stored = bits === this.mode ? storedAt(this.listing, i, source, this.mode) : null;
    if (stored !== null) {
      // What a function keeps in its own frame is looked for where it was put there.
      this.follow(SLOT, i);
      return { next: stored.register, at: stored.at };
    }
    const position = argumentIn(this.listing, i, source, this.mode);
    if (position !== null) return this.found({ kind: "argument", position }, -1);
    const trace = this.found({ kind: "load", text, from: addressOf(source, parsed) }, i);
    this.load = { text, trace };
    const pointer = pointerOf(source);
    return pointer === null ? trace : { next: pointer, at: i };
  }

  /** Before the instruction at `at`, another holder had the value. */
  private follow(next: string, at: number): void {
    this.spans.push({ holder: this.holder, low: at, high: this.until });
    this.holder = next;
    this.until = at;
  }

  private found(origin: Origin, at: number): Trace {
    const spans = [...this.spans, { holder: this.holder, low: at, high: this.until }];
    return { origin, certain: spans.every((span) => onlyWay(this.listing, span)) };
  }

  private best(): Trace | null {
    return this.load?.trace ?? null;
  }

  /** The function's own argument, where the listing begins with the function. */
  private argument(): Trace | null {
    const position = this.mode === 64 ? ARGUMENTS.indexOf(this.holder) : -1;
    if (this.listing[0]?.offset !== 0 || position === -1) return null;
    return this.found({ kind: "argument", position: position + 1 }, -1);
  }
}

/** The register whose value is the whole address that is read, by its family. */
function pointerOf({ base, index, displacement }: MemoryOperand): string | null {
  const family = base === null ? null : (registerPart(base)?.family ?? null);
  return family === "rip" || index !== null || displacement !== 0n ? null : family;
}

function addressOf(source: MemoryOperand, { comment }: Parsed): string {
  return comment?.symbol ?? source.text;
}
