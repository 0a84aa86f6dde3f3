import { shownIn } from "./document.js";
import type { LogText } from "../unwrap/log-text.js";
import type { Stream } from "../unwrap/stream.js";

/**
 * The lines of a log (from 0, as it was given) that a document shows for an example. What is taken off a line may be the mark of a list or of a
 * comment by which that is known: a line that is an example in one reading of the log is one in all. They are read when they are asked for.
 */
export class Examples {
  private lines: ReadonlySet<number> | null = null;

  constructor(
    private readonly text: LogText,
    private readonly readings: () => Iterable<readonly Stream[]>,
  ) {}

  has(line: number): boolean {
    this.lines ??= this.read();
    return this.lines.has(line);
  }

  private read(): Set<number> {
    const lines = new Set(shownIn(this.text.lines()));
    for (const reading of this.readings())
      for (const stream of reading)
        for (const line of shownIn(stream.text.lines())) lines.add(stream.place(line));
    return lines;
  }
}
