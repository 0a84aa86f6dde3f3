import type { SanitizerFrame, SanitizerReport } from "../evidence.js";
import { oneLine } from "../../text/printable.js";
import { trimmedHex } from "./hex.js";
import type { Finding, Reader } from "./finding.js";
import { lines, type Log } from "./log-line.js";
import { partialReport } from "./partial-capture.js";
import { signalNumber } from "../signal.js";
import { deadlySignal, findingOf } from "./valgrind.js";
import { baseName } from "../source-place.js";

const MAX_FOUND = 1000;
const MAX_FRAMES = 64;
const MAX_STACKS = 6;
const TAG = /<(\/?)([a-z_]{1,16})>(?:([^<]{0,1000})<\/\2>)?/g;

interface Draft {
  readonly from: number;
  readonly report: SanitizerReport;
  tool: string;
  frame: Record<string, string> | null;
  stack: SanitizerFrame[] | null;
  stacks: number;
  heading: string;
  /** Of the signal that ended the process: what it was, and the addresses of its frames. */
  readonly fatal: boolean;
  signal: string | null;
  address: string | null;
  readonly addresses: string[];
}

/** valgrind's errors as --xml=yes writes them (docs/internals/xml-output-protocol4.txt). */
export const valgrindXml: Reader = {
  source: "valgrind",
  title: "valgrind",
  rank: "report",
  trigger: /<valgrindoutput>|<error>|<fatal_signal>/,
  read: (log) => errors(log),
};

function errors(log: Log): Finding[] {
  const found: Finding[] = [];
  let draft: Draft | null = null;
  let tool = "Memcheck";
  let at = 0;
  for (const line of lines(log)) {
    const from = at++;
    if (!line.includes("<")) continue;
    for (const [, slash, name = "", value] of line.matchAll(TAG)) {
      if (name === "tool" && value !== undefined) tool = value.charAt(0).toUpperCase() + value.slice(1);
      else if (isRecord(name) && slash === "") draft = begun(from, tool, name === "fatal_signal");
      else if (isRecord(name) && draft !== null) {
        const done = built(draft, at);
        if (done !== null && found.length < MAX_FOUND) found.push(done);
        draft = null;
      } else if (draft !== null) take(draft, slash === "/", name, value);
    }
  }
  return found;
}

function isRecord(name: string): boolean {
  return name === "error" || name === "fatal_signal";
}

function built(draft: Draft, to: number): Finding | null {
  const { from, report, fatal, signal, address, addresses } = draft;
  if (!fatal) return report.kind === "" ? null : findingOf({ kind: "error", from, to, report });
  if (signal === null || signalNumber(signal) === null) return null;
  const { frames } = report;
  return findingOf(deadlySignal({ from, to, signal, address, frames, addresses, thread: 1 }));
}

function begun(from: number, tool: string, fatal: boolean): Draft {
  const report = partialReport({ tool, kind: "", message: "" });
  const reading = { frame: null, stack: null, stacks: 0, heading: "" };
  return { from, report, tool, ...reading, fatal, signal: null, address: null, addresses: [] };
}

function take(draft: Draft, closes: boolean, name: string, value: string | undefined): void {
  if (name === "frame") return frame(draft, closes);
  if (name === "stack") return stack(draft, closes);
  if (value === undefined) return;
  if (draft.frame !== null) draft.frame[name] = unescaped(value);
  else if (name === "what" || name === "text") say(draft, unescaped(value));
  else if (name === "auxwhat") draft.heading = unescaped(value);
  else if (name === "signame") draft.signal = value;
  else if (name === "siaddr" && /^0x[0-9A-Fa-f]{1,16}$/.test(value)) draft.address = trimmedHex(value);
}

/** `Invalid read of size 8` -> its kind, as in valgrind's text. */
function say({ report }: Draft, text: string): void {
  if (report.kind !== "") return;
  const access = /^Invalid (read|write) of size (\d{1,9})$/.exec(text);
  report.kind = oneLine(access === null ? text : `Invalid ${access[1]}`, 120);
  report.message = oneLine(text, 500);
  if (access === null) return;
  report.access = access[1] === "write" ? "write" : "read";
  report.size = Number(access[2]);
}

function stack(draft: Draft, closes: boolean): void {
  draft.stack = null;
  if (closes) return;
  const { report } = draft;
  if (draft.stacks++ === 0) draft.stack = report.frames;
  else if (report.others.length < MAX_STACKS) {
    const other = { title: oneLine(draft.heading, 200), frames: [] };
    report.others.push(other);
    draft.stack = other.frames;
  }
}

function frame(draft: Draft, closes: boolean): void {
  if (!closes) {
    draft.frame = {};
    return;
  }
  const { stack, frame: words } = draft;
  draft.frame = null;
  if (stack === null || words === null || stack.length >= MAX_FRAMES) return;
  const { fn, file, line, obj, ip } = words;
  if (stack === draft.report.frames) draft.addresses.push(addressOf(ip) ?? "0x0");
  stack.push({
    function: fn ?? null,
    file: file ?? null,
    line: line !== undefined && /^\d{1,9}$/.test(line) ? Number(line) : null,
    module: obj === undefined ? null : baseName(obj),
    offset: fn === undefined ? addressOf(ip) : null,
  });
}

function addressOf(text: string | undefined): string | null {
  return text !== undefined && /^0x[0-9A-Fa-f]{1,16}$/.test(text) ? trimmedHex(text) : null;
}

function unescaped(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
}
