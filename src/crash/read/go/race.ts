import { oneLine } from "../../../text/printable.js";
import type { SanitizerFrame, SanitizerReport } from "../../evidence.js";
import { GO_RACE } from "../../go-race-detector.js";
import type { Reader } from "../finding.js";
import { MAX_FRAMES, MAX_REPORTS, MAX_STACKS, type FoundReport } from "../found-report.js";
import { lines, type Log } from "../log-line.js";
import { partialReport } from "../partial-capture.js";

const HEAD = /^WARNING: DATA RACE$/;
/** `Write at 0x00c000012345 by goroutine 8:`, `Previous atomic read at … by main goroutine:`; old Go has no address. */
const ACCESS =
  /^((?:Previous )?)((?:atomic )?(?:read|write))(?: at (0x[0-9a-f]{1,16}))? by (main goroutine|goroutine \d{1,15})(?: \[.{1,80}\])?:$/i;
/** `Goroutine 8 (running) created at:` */
const CREATED = /^(Goroutine \d{1,15} \(\w+\)) created at:$/;
const PLACE = /^(\S.{0,1000}):(\d{1,9})(?: \+(0x[0-9a-f]{1,16}))?$/;
const CALL = /^(\S{1,1000})\([^()]{0,300}\)$/;
const END = /^={18}$/;

/**
 * The reports of Go's race detector (`go build -race`; the form is ThreadSanitizer's own for Go, the same from Go 1.1 to 1.27) in a text:
 * the access that met the race as `frames`, the one before it and where both goroutines were made as `others`. Never throws, linear.
 */
export function parseGoRaces(log: Log): FoundReport[] {
  const reader = new RaceReader();
  for (const line of lines(log)) reader.read(line.trim());
  return reader.end();
}

/** What people paste of it: a race is a crash here, as it is in `run`. */
export const goRace: Reader = {
  source: "go-race",
  title: "a report of Go's race detector",
  rank: "report",
  trigger: /WARNING: DATA RACE/,
  read: (log) =>
    parseGoRaces(log).map(({ report, from, to }) => ({
      from,
      to,
      outcome: { kind: "crash", signal: null, exitCode: 66 },
      known: { sanitizer: report },
    })),
};

/** The first race that a program reported, or null: what follows is mostly the same once more. */
export function goRaceOf(stderr: string): SanitizerReport | null {
  if (!stderr.includes("WARNING: DATA RACE")) return null;
  return parseGoRaces(stderr).find(({ report }) => report.frames.length > 0)?.report ?? null;
}

class RaceReader {
  private readonly found: FoundReport[] = [];
  private draft: { report: SanitizerReport; from: number; to: number } | null = null;
  private stack: SanitizerFrame[] | null = null;
  private call: string | null = null;
  private number = 0;

  read(text: string): void {
    const at = this.number++;
    if (HEAD.test(text)) return this.begin(at);
    if (this.draft === null) return;
    if (END.test(text)) return this.close();
    if (this.take(text, this.draft.report)) this.draft.to = at + 1;
  }

  end(): FoundReport[] {
    this.close();
    return this.found;
  }

  private begin(at: number): void {
    this.close();
    if (this.found.length >= MAX_REPORTS) return;
    const report = partialReport({ tool: GO_RACE, kind: "data race", message: "DATA RACE" });
    this.draft = { report, from: at, to: at + 1 };
    this.stack = null;
  }

  private take(text: string, report: SanitizerReport): boolean {
    const access = ACCESS.exec(text);
    if (access !== null) return this.access(access, report);
    const created = CREATED.exec(text);
    if (created !== null) return this.other(`${created[1] ?? ""} was created at`, report);
    return this.frame(text);
  }

  private access(
    [, previous, kind = "", address, who = ""]: RegExpExecArray,
    report: SanitizerReport,
  ): boolean {
    const what = kind.toLowerCase();
    if (previous !== "") return this.other(`previous ${what} by ${who}`, report);
    if (report.access !== null) return this.other(`${what} by ${who}`, report);
    report.access = what.endsWith("write") ? "write" : "read";
    report.address = address === undefined ? null : `0x${BigInt(address).toString(16)}`;
    report.message = `DATA RACE: ${what} by ${who}`;
    this.stack = report.frames;
    return true;
  }

  private other(title: string, report: SanitizerReport): boolean {
    this.stack = null;
    if (report.others.length >= MAX_STACKS) return true;
    const frames: SanitizerFrame[] = [];
    report.others.push({ title: oneLine(title, 200), frames });
    this.stack = frames;
    return true;
  }

  private frame(text: string): boolean {
    const place = this.call === null ? null : PLACE.exec(text);
    if (this.call !== null && place !== null) {
      if (this.stack !== null && this.stack.length < MAX_FRAMES) {
        const [, file = "", line = "0"] = place;
        this.stack.push({ function: this.call, file, line: Number(line), module: null, offset: null });
      }
      this.call = null;
      return true;
    }
    this.call = CALL.exec(text)?.[1] ?? null;
    return this.call !== null || text === "[failed to restore the stack]";
  }

  private close(): void {
    if (this.draft !== null) this.found.push(this.draft);
    this.draft = null;
    this.stack = null;
    this.call = null;
  }
}
