import { printableLine } from "../../text/printable.js";
import { FOUND, STEP } from "../recipe/shape.js";

/** Lines of a build's output that are kept, the last ones; a compiler that says more is not read by anybody. */
const MAX_LINES = 20_000;
/** A line without an end is cut here; whatever of it is lost was a flood. */
const MAX_LINE = 65_536;

/** What a build says, line by line, bounded. */
export class BuildOutput {
  private readonly said: string[] = [];
  private path: string | null = null;
  private rest = Buffer.alloc(0);

  /** `onLine` hears what a person who waits may want to: commands and what the tools say. */
  constructor(private readonly onLine: (line: string) => void) {}

  /** What the tools said. */
  get lines(): readonly string[] {
    return this.said;
  }

  /** The program that the image held already, where the recipe looked for one. */
  get found(): string | null {
    return this.path;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.add(Buffer.concat([this.rest, chunk.subarray(from, end)]));
      this.rest = Buffer.alloc(0);
      from = end + 1;
    }
    this.rest = Buffer.concat([this.rest, chunk.subarray(from)]).subarray(0, MAX_LINE);
  }

  end(): void {
    if (this.rest.length > 0) this.add(this.rest);
    this.rest = Buffer.alloc(0);
  }

  private add(bytes: Buffer): void {
    const line = printableLine(bytes.toString("utf8"));
    if (line.trim() === "") return;
    if (line.startsWith(STEP)) return this.onLine(line.slice(STEP.length));
    if (line.startsWith(FOUND)) {
      this.path = line.slice(FOUND.length);
      return;
    }
    this.said.push(line);
    if (this.said.length > MAX_LINES) this.said.shift();
    this.onLine(line);
  }
}
