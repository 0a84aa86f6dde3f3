import type { Failure } from "../../failure.js";
import { count } from "../../text/count.js";
import { span } from "../../text/durations.js";
import { withoutNames } from "../../text/without-names.js";

/** Slots lost in a row, without one attempt between them, that each worker may have of a cell. */
const IN_A_ROW = 5;
/** Slots that one attempt may cost. */
const SAME_NUMBER = 3;
/**
 * Slots that a cell may lose in one session, and the share of its attempts that they may be beyond that: over a thousand machines and 10^9 attempts,
 * some are lost every minute. Each is an attempt made anew, whose outcome nobody knows: too many, and they bias what is counted.
 */
const IN_ALL = 100;
const OF_ATTEMPTS = 0.001;
/** Four times as long each time: within 0.25, 1, 4 and 16 s an engine that was killed has ended what it ran and is there again. */
const FIRST_WAIT_MS = 250;

const LOOK_AT =
  "look at what the repro lays over the root ('files'), at its limits and its network; 'vivarium doctor' tries the engine itself";

/** Says that a cell is given up: why, what happened last, and what to do now. */
export function givenUp(name: string, why: string, { message, remedy, lasting }: Failure): string {
  const todo = remedy ?? (lasting ? LOOK_AT : null);
  const text = `${name}: given up: ${why}; the last time: ${withoutPrefix(message, `${name}: `)}`;
  return todo === null ? text : `${text}. To do: ${todo}`;
}

/** Says that a lost slot's attempts are made again after `ms` milliseconds. */
export function triedAgain(name: string, ms: number, { message }: Failure): string {
  return `${name}: tried again in ${span(ms)}: ${withoutPrefix(message, `${name}: `)}`;
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/** A slot that was lost, or could not be opened. */
export interface LostSlot {
  /** The attempt that was being made; null where the slot could not be opened. */
  readonly number: number | null;
  readonly failure: Failure;
  /** When it was asked for, and when it was lost; milliseconds of one clock. */
  readonly askedMs: number;
  readonly lostMs: number;
}

export type AfterLoss = { readonly giveUp: string } | { readonly waitMs: number };

/** The lost slots of one cell in this session: how long to wait before the next, and when to give up. */
export class LostSlots {
  private inARow = 0;
  private inAll = 0;
  private attempts = 0;
  private readonly byNumber = new Map<number, number>();
  /** The last reason that time does not mend, for which a slot could not be opened or the runner refused an attempt; null once one was made. */
  private refusal: { readonly words: string; readonly atMs: number; readonly opened: boolean } | null = null;

  constructor(private readonly parallel: number) {}

  /** A slot was opened: what refused to open one before was no lasting reason. What refused an attempt in one may do so again. */
  opened(): void {
    if (this.refusal?.opened === false) this.refusal = null;
  }

  /** So many attempts were made. */
  progress(attempts: number): void {
    this.attempts += attempts;
    this.inARow = 0;
    this.refusal = null;
  }

  /** Whether slots are being lost, and no attempt was made since. */
  get isStuck(): boolean {
    return this.inARow > 0;
  }

  lost(slot: LostSlot): AfterLoss {
    const { number } = slot;
    this.inAll++;
    this.inARow++;
    if (this.isRefusedAgain(slot)) return { giveUp: "it was refused twice for the same reason" };
    const same = number === null ? 0 : (this.byNumber.get(number) ?? 0) + 1;
    if (number !== null) this.byNumber.set(number, same);
    if (same >= SAME_NUMBER) return { giveUp: `attempt ${number} lost its slot ${same} times` };
    if (this.inARow >= IN_A_ROW * this.parallel) return { giveUp: `${this.inARow} slots were lost in a row` };
    if (this.inAll >= Math.max(IN_ALL, OF_ATTEMPTS * this.attempts))
      return { giveUp: `${count(this.inAll)} slots were lost in ${count(this.attempts)} attempts` };
    return { waitMs: FIRST_WAIT_MS * 4 ** Math.floor((this.inARow - 1) / this.parallel) };
  }

  /**
   * Whether a reason that time does not mend came a second time, with no slot opened and no attempt made in between. Both must have been asked one
   * after the other: workers that ask at once are refused at once, too, and that is one refusal.
   */
  private isRefusedAgain({ number, failure, askedMs, lostMs }: LostSlot): boolean {
    if (!failure.lasting) return false;
    const words = withoutNames(failure.message);
    const before = this.refusal;
    if (before?.words === words) return askedMs >= before.atMs;
    this.refusal = { words, atMs: lostMs, opened: number !== null };
    return false;
  }
}
