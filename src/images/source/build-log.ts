import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { printableLine } from "../../text/printable.js";

/** Bytes of a log that are kept: glibc's is 20 MB. */
const MOST_BYTES = 128 * 1024 ** 2;
const LONGEST_LINE = 2000;
const LAST_LINES = 15;

/** What a build said: whole in a file, its last lines and its last step here. */
export class BuildLog {
  /** The step that it says it is at. */
  step = "start";
  readonly last: string[] = [];
  private held = "";
  private written = 0;

  private constructor(
    readonly file: string,
    private readonly stream: WriteStream,
    private readonly onLine: (line: string) => void,
  ) {}

  static async open(file: string, onLine: (line: string) => void): Promise<BuildLog> {
    await mkdir(dirname(file), { recursive: true });
    const stream = createWriteStream(file);
    // A full disk is told by what follows; a log is not worth the build.
    stream.on("error", () => undefined);
    return new BuildLog(file, stream, onLine);
  }

  add(piece: Buffer): void {
    this.written += piece.length;
    if (this.written <= MOST_BYTES) this.stream.write(piece);
    const lines = (this.held + piece.toString("utf8")).split("\n");
    this.held = (lines.pop() ?? "").slice(-LONGEST_LINE);
    for (const line of lines) this.line(line.slice(0, LONGEST_LINE));
  }

  /** Ends the file; without `kept` it is removed. */
  async close(kept: boolean): Promise<void> {
    this.stream.end();
    await finished(this.stream).catch(() => undefined);
    if (!kept) await rm(this.file, { force: true });
  }

  private line(line: string): void {
    const step = /^==> ([\w .+-]+)$/.exec(line)?.[1];
    const shown = printableLine(line);
    if (step !== undefined) this.step = step;
    else if (shown.trim() !== "") {
      this.last.push(shown);
      if (this.last.length > LAST_LINES) this.last.shift();
    }
    if (shown.trim() !== "") this.onLine(shown);
  }
}
