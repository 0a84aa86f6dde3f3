import type { SanitizerFrame, SanitizerReport } from "../evidence.js";
import { oneLine } from "../../text/printable.js";
import { trimmedHex } from "./hex.js";
import type { Finding, Reader } from "./finding.js";
import { lines, type Log } from "./log-line.js";
import { findingOf } from "./valgrind.js";

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
}

/** valgrind's errors as --xml=yes writes them (docs/internals/xml-output-protocol4.txt). */
export const valgrindXml: Reader = {
  source: "valgrind",
  title: "valgrind",
  rank: "report",
  trigger: /<valgrindoutput>|<error>/,
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
      else if (name === "error" && slash === "") draft = begun(from, tool);
      else if (name === "error" && draft !== null) {
        const done: Draft = draft;
        if (done.report.kind !== "" && found.length < MAX_FOUND)
          found.push(findingOf({ kind: "error", from: done.from, to: at, report: done.report }));
        draft = null;
      } else if (draft !== null) take(draft, slash === "/", name, value);
    }
  }
  return found;
}

function begun(from: number, tool: string): Draft {
  const none = { address: null, access: null, size: null, place: null };
  const report: SanitizerReport = { tool, kind: "", message: "", ...none, frames: [], others: [] };
  return { from, report, tool, frame: null, stack: null, stacks: 0, heading: "" };
}

function take(draft: Draft, closes: boolean, name: string, value: string | undefined): void {
  if (name === "frame") return frame(draft, closes);
  if (name === "stack") return stack(draft, closes);
  if (value === undefined) return;
  if (draft.frame !== null) draft.frame[name] = unescaped(value);
  else if (name === "what" || name === "text") say(draft, unescaped(value));
  else if (name === "auxwhat") draft.heading = unescaped(value);
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
  stack.push({
    function: fn ?? null,
    file: file ?? null,
    line: line !== undefined && /^\d{1,9}$/.test(line) ? Number(line) : null,
    module: obj === undefined ? null : obj.slice(obj.lastIndexOf("/") + 1),
    offset: fn === undefined && ip !== undefined && /^0x[0-9A-Fa-f]{1,16}$/.test(ip) ? trimmedHex(ip) : null,
  });
}

function unescaped(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
}
