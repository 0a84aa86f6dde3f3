import { shownIn, type Shown } from "./document.js";
import type { Rank } from "../finding.js";
import type { LogText } from "../unwrap/log-text.js";
import type { Stream } from "../unwrap/stream.js";

/**
 * The lines of a log (from 0, as it was given) that a document shows for an example. What is taken off a line may be the mark of a list or of a
 * comment by which that is known: a line that is an example in one reading of the log is one in all. They are read when they are asked for.
 */
export class Examples {
  private lines: Lines | null = null;

  constructor(
    private readonly text: LogText,
    private readonly readings: () => Iterable<readonly Stream[]>,
  ) {}

  /** Whether what begins on a line is no death: a status, words, or a report. */
  has(line: number, what: Rank): boolean {
    this.lines ??= this.read();
    const { told, examples, past } = this.lines;
    return (
      past.has(line) || (what !== "report" && examples.has(line)) || (what === "status" && told.has(line))
    );
  }

  private read(): Lines {
    const { told, examples, past } = shownIn(this.text.lines());
    const lines = { told: new Set(told), examples: new Set(examples), past: new Set(past) };
    for (const reading of this.readings())
      for (const stream of reading) {
        const shown = shownIn(stream.text.lines());
        for (const kind of ["told", "examples", "past"] as const)
          for (const line of shown[kind]) lines[kind].add(stream.place(line));
      }
    return lines;
  }
}

type Lines = Readonly<Record<keyof Shown, ReadonlySet<number>>>;
