import type { GoFrame, Goroutine } from "../evidence.js";
import { bareName, fileLine, functionLine } from "../read/go/frame.js";
import { createdByLine, elidedLine } from "../read/go/line.js";

const MAX_FRAMES = 200;

type Call = Pick<GoFrame, "function" | "args">;
type Place = Pick<GoFrame, "file" | "line" | "offset">;
const NOWHERE: Place = { file: null, line: null, offset: null };

/** A goroutine while its lines are read, with Go's number of the thread that runs it. */
export type Draft = { -readonly [K in keyof Goroutine]: Goroutine[K] } & { thread: string | null };

/** What a line within a stack is: part of it, not Go's, the end of what can be read, or the cut of a quotation. */
export type StackLine = "part" | "foreign" | "end" | "cut";

/** One stack, of a goroutine or of the runtime, read from its lines: a function, then where it is. */
export class GoStack {
  /** A function whose file and line are on the next line. */
  private call: Call | null = null;
  private creator: Goroutine["createdBy"] = null;
  /** Frames beyond what is kept. */
  skipped = 0;
  /** Words that looked like a function's name and were none. */
  foreign = 0;

  constructor(
    private readonly frames: GoFrame[],
    private readonly goroutine: Draft | null,
  ) {}

  line(text: string): StackLine {
    if (this.place(text) || this.elided(text) || this.created(text)) return "part";
    const call = functionLine(text);
    if (call !== null) {
      this.flush();
      this.call = call;
      return "part";
    }
    if (text === "goroutine running on other thread; stack unavailable") return "part";
    // The shell's or `go run`'s own word, or the end of a quotation.
    if (/^(?:exit status \d+|signal: .*|```.*)$/.test(text)) return "end";
    if (text === "...") return "cut";
    const name = bareName(text);
    if (name !== null && this.call === null) {
      this.call = { function: name, args: null };
      return "part";
    }
    return "foreign";
  }

  /** A function whose file and line never came. */
  flush(): void {
    if (this.call !== null) {
      if (this.call.args === null) this.foreign++;
      else this.push(this.call, NOWHERE);
    }
    this.call = null;
    this.creator = null;
  }

  private place(text: string): boolean {
    if (this.call === null && this.creator === null) return false;
    const place = fileLine(text);
    if (place === null) return false;
    if (this.creator !== null) {
      Object.assign(this.creator, { file: place.file, line: place.line });
      this.creator = null;
    } else if (this.call !== null) {
      this.push(this.call, place);
      this.call = null;
    }
    return true;
  }

  private elided(text: string): boolean {
    const elided = elidedLine(text);
    if (elided === null) return false;
    this.flush();
    const { goroutine } = this;
    if (goroutine !== null) {
      goroutine.elided =
        elided.count === null || goroutine.elided === null ? null : goroutine.elided + elided.count;
    }
    return true;
  }

  private created(text: string): boolean {
    const created = this.goroutine === null ? null : createdByLine(text);
    if (created === null || this.goroutine === null) return false;
    this.flush();
    this.creator = { ...created, file: null, line: null };
    this.goroutine.createdBy = this.creator;
    return true;
  }

  /** Every attempt of a campaign comes by here: plain object literals, for spreading costs ten times as much. */
  private push(call: Call, { file, line, offset }: Place): void {
    if (this.frames.length < MAX_FRAMES) {
      this.frames.push({ function: call.function, args: call.args, file, line, offset });
    } else {
      this.skipped++;
      if (this.goroutine !== null) this.goroutine.elided = (this.goroutine.elided ?? 0) + 1;
    }
  }
}
