import { oneLine } from "../../text/printable.js";
import type { SanitizerFrame, SanitizerReport } from "../evidence.js";
import type { Finding, Reader } from "./finding.js";
import { trimmedHex } from "./hex.js";
import { lines, type Log } from "./log-line.js";
import { findingOf } from "./valgrind.js";

const MAX_FOUND = 1000;
const MAX_FRAMES = 64;
const MAX_LINE = 2000;

/** Before each of its lines on Windows, and where it follows children. */
const PREFIX = /^(?:~~\d{1,10}~~ |~~Dr\.M~~ )/;
/** `Error #1: UNADDRESSABLE ACCESS beyond heap bounds: writing 0x…-0x… 1 byte(s)`. */
const HEAD =
  /^Error #\d{1,7}: (?<kind>(?:UNADDRESSABLE ACCESS|UNINITIALIZED READ|INVALID HEAP ARGUMENT|GDI USAGE ERROR|HANDLE LEAK|LEAK|WARNING)(?:[ a-z-]{1,60}(?=:|$))?)(?<rest>.{0,500})$/;
const ACCESS =
  /\b(?<access>reading|writing) (?<address>0x[0-9a-f]{1,16})-0x[0-9a-f]{1,16} (?<size>\d{1,9}) byte/;
/** `# 0 copy_name          [/src/t.c:9]`, `# 1 libc.so.6!free+0x1c (0x…)`. */
const FRAME =
  /^# {0,3}\d{1,4} (?:(?<module>[^\s!]{1,200})!)?(?<name>\S.{0,400}?)(?:\+0x[0-9a-f]{1,16})?\s*(?:\[(?<file>[^\]]{1,300}?)(?:[:@](?<line>\d{1,9}))?\]|\(0x[0-9a-f]{1,16}.{0,60}\))?$/;

/** Dr. Memory's errors. Its warnings are none. */
export const drMemory: Reader = {
  source: "dr-memory",
  title: "Dr. Memory",
  rank: "report",
  trigger: /Error #\d+: [A-Z]/,
  read: errors,
};

function errors(log: Log): Finding[] {
  const found: { readonly from: number; to: number; readonly report: SanitizerReport }[] = [];
  let open: (typeof found)[number] | null = null;
  let at = 0;
  for (const raw of lines(log)) {
    const from = at++;
    const line = raw.length > MAX_LINE ? "" : raw.trim().replace(PREFIX, "");
    const head = HEAD.exec(line)?.groups;
    if (head !== undefined) {
      open = { from, to: at, report: reportOf(head) };
      if (head["kind"] !== "WARNING" && found.length < MAX_FOUND) found.push(open);
    } else if (open !== null && takes(open.report, line)) open.to = at;
    else open = null;
  }
  return found.map(({ from, to, report }) => findingOf({ kind: "error", from, to, report }));
}

/** Whether a line behind an error's first is of it; takes the frame that it shows. */
function takes({ frames }: SanitizerReport, line: string): boolean {
  const frame = frames.length < MAX_FRAMES ? FRAME.exec(line)?.groups : undefined;
  if (frame !== undefined) frames.push(frameIn(frame));
  return frame !== undefined || line.startsWith("Note: ");
}

function reportOf({ kind = "", rest = "" }: Record<string, string | undefined>): SanitizerReport {
  const groups = ACCESS.exec(rest)?.groups;
  const message = oneLine(`${kind}${rest.replace(/0x[0-9a-f]{1,16}(?:-0x[0-9a-f]{1,16})? ?/g, "")}`, 500);
  const access = groups === undefined ? null : groups["access"] === "writing" ? "write" : "read";
  const address = groups?.["address"];
  return {
    tool: "Dr. Memory",
    kind: oneLine(
      kind
        .trim()
        .toLowerCase()
        .replace(/ beyond .*$/, ""),
      120,
    ),
    message,
    access,
    size: groups === undefined ? null : Number(groups["size"]),
    address: address === undefined ? null : trimmedHex(address),
    place: null,
    frames: [],
    others: [],
  };
}

function frameIn({ name, module, file, line }: Record<string, string | undefined>): SanitizerFrame {
  return {
    function: name === undefined || /^(?:\?+|<.*>)$/.test(name) ? null : name,
    file: file ?? null,
    line: line === undefined ? null : Number(line),
    module: module ?? null,
    offset: null,
  };
}
