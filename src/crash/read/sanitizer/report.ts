import type { SanitizerReport } from "../../evidence.js";
import { oneLine } from "../../../text/printable.js";
import { MAX_FRAMES, MAX_REPORTS, MAX_STACKS, type FoundReport } from "../found-report.js";
import { trimmedHex } from "../hex.js";
import { lines, type Log } from "../log-line.js";
import { partialReport } from "../partial-capture.js";
import { sanitizerFrame } from "./frame.js";
import { reportHead, summaryOf } from "./heads.js";

/** Lines of another between a report's first line and its stack, or its SUMMARY. */
const MAX_APART = 200;
/** Of UndefinedBehaviorSanitizer, whose reports have no end of their own: notes, the memory, the source's line with its caret. */
const MAX_NOTES = 8;

/** `WRITE of size 4 at 0x… thread T0`, ThreadSanitizer's `Write of size 4 at 0x… by thread T1:`. */
const ACCESS = /^(?:Atomic )?(read|write) of size (\d{1,12}) at (0x[0-9a-f]{1,16})/i;
const HEADLESS = /^(?:READ|WRITE) of size \d{1,12} at 0x[0-9a-f]{1,16} thread T\d/;
/** The kind of a report whose first line, which names it, is missing. */
const UNNAMED = "invalid-access";
const SIGNAL_ACCESS = /The signal is caused by a (READ|WRITE) memory access/;
/** What heads a further stack: `freed by thread T0 here:`, `Previous write of size 4 at … by thread T2:`. */
const TITLE =
  /^((?:freed|previously allocated|allocated|Previous|Direct leak|Indirect leak|Thread|Location|Address|Mutex|Uninitialized value|Memory was marked|Cycle in lock|As if synchronized|Hint:|These globals|\[\d\]|HINT:|0x[0-9a-f]{1,16} is located) ?.{0,300}):?$/;
const END = /^(?:SUMMARY: |==\d{0,10}(?:==)?ABORTING|={10,}$)/;

/**
 * The reports of the sanitizers of GCC and clang, and of libFuzzer, in a text. Never throws, linear. They are the program's own words:
 * anyone can print them.
 */
export function parseSanitizerReports(log: Log): FoundReport[] {
  const reader = new ReportReader();
  for (const line of lines(log)) reader.read(line.trim());
  return reader.end();
}

/** The report with which a program ended: the first error, which ends it by default; else the first of what it lived on after. */
export function sanitizerReportOf(stderr: string | Uint8Array): SanitizerReport | null {
  const found = parseSanitizerReports(stderr).map(({ report }) => report);
  return found.find(({ tool }) => tool !== "UndefinedBehaviorSanitizer") ?? found[0] ?? null;
}

class ReportReader {
  private readonly found: FoundReport[] = [];
  private draft: { report: SanitizerReport; from: number; to: number } | null = null;
  private stack: SanitizerReport["frames"] | null = null;
  private number = 0;
  /** Where the last report ended. */
  private last = -MAX_APART;

  read(line: string): void {
    const at = this.number++;
    const started = reportHead(line);
    if (started !== null) return this.start(started, at);
    if (line === "") return;
    const { draft } = this;
    if (draft === null) return this.headless(line, at);
    if (END.test(line)) return this.finish(line, at);
    if (this.take(line, draft.report)) draft.to = at + 1;
    else if (isOver(draft.report, at - draft.to)) this.close();
  }

  end(): FoundReport[] {
    this.close();
    return this.found;
  }

  private start(report: SanitizerReport, at: number): void {
    this.close();
    if (this.found.length >= MAX_REPORTS) return;
    this.draft = { report, from: at, to: at + 1 };
    this.stack = report.frames;
  }

  /** A report whose first line was not pasted begins with the access; its SUMMARY, if there is one, names the kind. */
  private headless(line: string, at: number): void {
    if (!HEADLESS.test(line)) return this.summary(line, at);
    const message = `${oneLine(line, 400)} (the report's first line is missing)`;
    const report = partialReport({ tool: "AddressSanitizer", kind: UNNAMED, message });
    this.start(report, at);
    this.take(line, report);
  }

  /** A SUMMARY names the kind in one word; alone, it is all that was pasted of a report. */
  private summary(line: string, at: number): void {
    const said = line.startsWith("SUMMARY: ") && at - this.last >= MAX_APART ? summaryOf(line) : null;
    if (said === null || said.kind === "undefined-behavior") return;
    const { tool, kind, frame } = said;
    const frames = frame === null ? [] : [frame];
    this.start(partialReport({ tool, kind, message: oneLine(line, 500), frames }), at);
    this.close();
  }

  private finish(line: string, at: number): void {
    const { draft } = this;
    if (draft === null) return;
    const said = draft.report.kind === UNNAMED ? summaryOf(line) : null;
    if (said !== null) draft.report.kind = said.kind;
    // The line of `=` that heads the next one is not its own.
    if (!line.startsWith("=====")) draft.to = at + 1;
    this.close();
  }

  private take(line: string, report: SanitizerReport): boolean {
    const frame = sanitizerFrame(line);
    if (frame !== null) return this.frame(frame);
    const access = ACCESS.exec(line);
    if (access !== null && report.access === null && report.frames.length === 0) {
      report.access = access[1]?.toLowerCase() === "write" ? "write" : "read";
      report.size = Number(access[2]);
      report.address ??= trimmedHex(access[3] ?? "0x0");
      return true;
    }
    const signal = SIGNAL_ACCESS.exec(line);
    if (signal !== null) {
      report.access ??= signal[1] === "WRITE" ? "write" : "read";
      return true;
    }
    return this.title(line, report);
  }

  private frame({ number, ...frame }: NonNullable<ReturnType<typeof sanitizerFrame>>): boolean {
    // A second stack without a title of its own: not one of those that are kept.
    if (number === 0 && (this.stack?.length ?? 0) > 0) this.stack = null;
    if (this.stack !== null && this.stack.length < MAX_FRAMES) this.stack.push(frame);
    return true;
  }

  private title(line: string, report: SanitizerReport): boolean {
    const title = TITLE.exec(line);
    if (title === null) return false;
    if (report.frames.length === 0) return true;
    this.stack = null;
    if (report.others.length < MAX_STACKS) {
      const other = { title: oneLine((title[1] ?? "").replace(/:$/, ""), 200), frames: [] };
      report.others.push(other);
      this.stack = other.frames;
    }
    return true;
  }

  private close(): void {
    const { draft } = this;
    // An access without a stack is a sentence.
    if (draft !== null && !(draft.report.kind === UNNAMED && draft.report.frames.length === 0)) {
      this.last = this.number;
      this.found.push(draft);
    }
    this.draft = null;
    this.stack = null;
  }
}

/** Whether a line that is none of a report's shows that it is over. */
function isOver({ tool, frames }: SanitizerReport, apart: number): boolean {
  if (tool !== "UndefinedBehaviorSanitizer") return apart > MAX_APART;
  return frames.length > 0 || apart >= MAX_NOTES;
}
