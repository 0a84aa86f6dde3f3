import type { SanitizerReport } from "../../evidence.js";
import { trimmedHex } from "../gdb/line.js";
import { lines, unwrapped, type Log } from "../log-line.js";
import { oneLine } from "../../../text/printable.js";
import { sanitizerFrame } from "./frame.js";

/** A report and where it lies in its text: from its first line to the line after its last (from 0). */
export interface FoundReport {
  readonly report: SanitizerReport;
  readonly from: number;
  readonly to: number;
}

const MAX_REPORTS = 200;
const MAX_FRAMES = 64;
const MAX_STACKS = 6;

const HEAD = /^(?:==\d{1,10}==\s?)?(?:ERROR|WARNING): ([A-Z][A-Za-z]{1,24}Sanitizer): (\S.{0,1000})$/;
const UNDEFINED = /^(\S.{0,500}?):(\d{1,9}):(?:\d{1,9}:)? runtime error: (\S.{0,1000})$/;
/** `WRITE of size 4 at 0x… thread T0`, ThreadSanitizer's `Write of size 4 at 0x… by thread T1:`. */
const ACCESS = /^ {0,4}(read|write) of size (\d{1,12}) at (0x[0-9a-f]{1,16})/i;
const SIGNAL_ACCESS = /The signal is caused by a (READ|WRITE) memory access/;
/** What heads a further stack: `freed by thread T0 here:`, `Previous write of size 4 at … by thread T2:`. */
const TITLE =
  /^ {0,4}((?:freed|previously allocated|allocated|Previous|Direct leak|Indirect leak|Thread|Location|Address) ?.{0,300}):?$/;
const END = /^(?:SUMMARY: |==\d{1,10}==ABORTING|={10,}$)/;

/**
 * The reports of AddressSanitizer, UndefinedBehaviorSanitizer, ThreadSanitizer and LeakSanitizer (GCC's and clang's form)
 * in a text. Never throws, linear. They are the program's own words: anyone can print them.
 */
export function parseSanitizerReports(log: Log): FoundReport[] {
  const reader = new ReportReader();
  for (const line of lines(log)) reader.read(unwrapped(line).trimEnd());
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

  read(line: string): void {
    const at = this.number++;
    const started = begin(line);
    if (started !== null) {
      this.close();
      if (this.found.length >= MAX_REPORTS) return;
      this.draft = { report: started, from: at, to: at + 1 };
      this.stack = started.frames;
      return;
    }
    if (this.draft === null || line === "") return;
    if (END.test(line)) {
      if (!line.startsWith("=====")) this.draft.to = at + 1;
      this.close();
      return;
    }
    if (this.take(line, this.draft.report)) this.draft.to = at + 1;
    // UndefinedBehaviorSanitizer's reports have no end of their own.
    else if (this.draft.report.tool === "UndefinedBehaviorSanitizer") this.close();
  }

  end(): FoundReport[] {
    this.close();
    return this.found;
  }

  private take(line: string, report: SanitizerReport): boolean {
    const frame = sanitizerFrame(line);
    if (frame !== null) {
      const { number, ...rest } = frame;
      // A second stack without a title of its own: not one of those that are kept.
      if (number === 0 && (this.stack?.length ?? 0) > 0) this.stack = null;
      if (this.stack !== null && this.stack.length < MAX_FRAMES) this.stack.push(rest);
      return true;
    }
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
    if (this.draft !== null) this.found.push(this.draft);
    this.draft = null;
    this.stack = null;
  }
}

function begin(line: string): SanitizerReport | null {
  const none = { address: null, access: null, size: null, place: null };
  const head = HEAD.exec(line);
  if (head !== null) {
    const [, tool = "", text = ""] = head;
    const address = /\b(?:on|address|malloc\(\)-ed:) (0x[0-9a-f]{1,16})\b/.exec(text)?.[1];
    return {
      ...none,
      tool,
      kind: kindOf(text),
      message: oneLine(text, 500),
      address: address === undefined ? null : trimmedHex(address),
      frames: [],
      others: [],
    };
  }
  const undefinedBehaviour = UNDEFINED.exec(line);
  if (undefinedBehaviour === null) return null;
  const [, file = "", number, text = ""] = undefinedBehaviour;
  return {
    ...none,
    tool: "UndefinedBehaviorSanitizer",
    kind: oneLine(text.replace(/:.*$/, ""), 120),
    message: oneLine(text, 500),
    // Its stack is shown only where UBSAN_OPTIONS asks for it: the place alone is always there.
    place: { file, line: Number(number) },
    frames: [],
    others: [],
  };
}

/** `heap-use-after-free on address 0x…` -> `heap-use-after-free`: what does not differ from run to run. */
function kindOf(text: string): string {
  const kind = text.split(/ on (?:unknown )?address| on 0x| \(|: | 0x| which /)[0] ?? text;
  return oneLine(kind.replace(/^attempting /, ""), 120);
}
