import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { isTelling } from "../recipe/build-failure.js";
import { printableLine } from "../../text/printable.js";

/** Bytes of a log that are kept: glibc's is 20 MB. */
const MOST_BYTES = 128 * 1024 ** 2;
const LONGEST_LINE = 2000;
const LAST_LINES = 15;
const FIRST_ERRORS = 5;

/** What a build said: whole in a file; its last step, that one's first errors, and the last lines here. */
export class BuildLog {
  /** The step that it says it is at. */
  step = "start";
  private readonly last: string[] = [];
  private errors: string[] = [];
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

  /** The lines that say why a build failed: where several compilers ran at once, the first error is far above the last line. */
  get said(): readonly string[] {
    return [...this.errors.filter((line) => !this.last.includes(line)), ...this.last];
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
    if (step !== undefined) {
      this.step = step;
      this.errors = [];
    } else if (shown.trim() !== "") {
      if (isTelling(shown) && this.errors.length < FIRST_ERRORS) this.errors.push(shown);
      this.last.push(shown);
      if (this.last.length > LAST_LINES) this.last.shift();
    }
    if (shown.trim() !== "") this.onLine(shown);
  }
}
