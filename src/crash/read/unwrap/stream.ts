import { LogText, PIECE } from "./log-text.js";

/**
 * The lines of one service in a log, without what the log put around them. Readers see lines alone; `place` says where one lies in
 * the log as it was given.
 */
export class Stream {
  readonly text: LogText;
  /** Of ranges of lines: their first line here, and that line in the log. */
  private readonly here: readonly number[];
  private readonly there: readonly number[];

  /** `service`: who wrote it; empty where nothing names it. */
  constructor(
    draft: StreamDraft,
    readonly service: string,
  ) {
    this.text = draft.text;
    this.here = draft.here;
    this.there = draft.there;
  }

  /** The line in the log (from 0) of a line here (from 0). */
  place(line: number): number {
    let low = 0;
    let high = this.here.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.here[middle] ?? 0) <= line) low = middle;
      else high = middle - 1;
    }
    const first = this.here[low] ?? 0;
    // Several lines here may come of one line there: the range of the last is one line long.
    return (this.there[low] ?? 0) + Math.max(0, line - first);
  }
}

/** A stream while its lines come in. */
export class StreamDraft {
  readonly here: number[] = [];
  readonly there: number[] = [];
  private readonly pieces: string[] = [];
  private lines: string[] = [];
  private size = 0;
  private count = 0;
  private next = -1;

  add(line: string, at: number): void {
    if (at !== this.next) {
      this.here.push(this.count);
      this.there.push(at);
    }
    this.next = at + 1;
    this.count++;
    this.lines.push(line);
    this.size += line.length + 1;
    if (this.size > PIECE) this.close();
  }

  /** Joined, the lines no longer hold the log that they were cut from. */
  private close(): void {
    if (this.lines.length > 0) this.pieces.push(this.lines.join("\n"));
    this.lines = [];
    this.size = 0;
  }

  get text(): LogText {
    this.close();
    return new LogText(this.pieces);
  }
}
