/** Slots lost in a row, without one attempt between them, that each worker may have of a cell. */
const IN_A_ROW = 5;
/** Slots that one attempt may cost. */
const SAME_NUMBER = 3;
/** Slots that a cell may lose in one session. Each is an attempt made anew: too many, and they bias what is counted. */
const IN_ALL = 100;
/** Four times as long each time: within 0.25, 1, 4 and 16 s an engine that was killed has ended what it ran and is there again. */
const FIRST_WAIT_MS = 250;

export type AfterLoss = { readonly giveUp: string } | { readonly waitMs: number };

/** The lost slots of one cell in this session: how long to wait before the next, and when to give up. */
export class Losses {
  private inARow = 0;
  private inAll = 0;
  private readonly byNumber = new Map<number, number>();

  constructor(private readonly parallel: number) {}

  /** An attempt was made. */
  progress(): void {
    this.inARow = 0;
  }

  /** A slot was lost while it made attempt `number`, or (null) could not be opened. */
  lost(number: number | null): AfterLoss {
    this.inAll++;
    this.inARow++;
    const same = number === null ? 0 : (this.byNumber.get(number) ?? 0) + 1;
    if (number !== null) this.byNumber.set(number, same);
    if (same >= SAME_NUMBER) return { giveUp: `attempt ${number} lost its slot ${same} times` };
    if (this.inARow >= IN_A_ROW * this.parallel) return { giveUp: `${this.inARow} slots were lost in a row` };
    if (this.inAll >= IN_ALL) return { giveUp: `${this.inAll} slots were lost` };
    return { waitMs: FIRST_WAIT_MS * 4 ** Math.floor((this.inARow - 1) / this.parallel) };
  }
}
