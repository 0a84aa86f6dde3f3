import { crashed, type Finding, type Reader } from "../finding.js";
import { jsonObjects, list, object, text, type Json } from "../json-objects.js";
import type { Log } from "../log-line.js";
import { partialCapture, partialSignal, partialThread } from "../partial-capture.js";
import { frameOf } from "../stack/frame.js";
import { withoutHandler } from "../stack/machinery.js";
import { faultSignal } from "../stack/signal-words.js";
import { trimmedHex } from "../hex.js";
import type { Frame, SigInfo, Thread } from "../../evidence.js";

const MAX_FOUND = 50;
const MAX_FRAMES = 256;

/** What rust-minidump's minidump-stackwalk writes with --json, and Socorro, which runs it. */
export const minidumpJson: Reader = {
  source: "minidump",
  title: "minidump-stackwalk",
  rank: "report",
  trigger: /"crash_info"/,
  read(log: Log): Finding[] {
    const found: Finding[] = [];
    for (const { value, from, to } of jsonObjects(log)) {
      const finding = findingOf(value, from, to) ?? findingOf(object(value["json_dump"]) ?? {}, from, to);
      if (finding !== null && found.length < MAX_FOUND) found.push(finding);
    }
    return found;
  },
};

function findingOf(report: Json, from: number, to: number): Finding | null {
  const info = object(report["crash_info"]) ?? {};
  const siginfo = signalIn(info);
  if (siginfo === null) return null;
  const thread = crashedThread(report, Number(info["crashing_thread"] ?? 0));
  const capture = partialCapture({ siginfo, threads: [thread], incomplete: [] });
  const notes = ["the report's registers are not read"];
  return {
    from,
    to,
    outcome: crashed(siginfo.signal),
    known: { notes, capture: { ...capture, stderr: "" } },
  };
}

/** `SIGSEGV / SEGV_MAPERR`, `EXCEPTION_ACCESS_VIOLATION_READ`, `EXC_BAD_ACCESS / KERN_INVALID_ADDRESS`. */
function signalIn(info: Json): SigInfo | null {
  const [named = "", code = ""] = (text(info["type"]) ?? "").split(/ ?\/ ?/);
  const signal = faultSignal(named.replace(/_(?:READ|WRITE|EXEC)$/, ""));
  if (signal === null) return null;
  const address = /^0x[0-9a-f]{1,16}$/.exec(text(info["address"]) ?? "")?.[0];
  return partialSignal(signal, {
    address: address === undefined ? null : trimmedHex(address),
    codeName: /^[A-Z]{3,4}_[A-Z]{3,16}$/.test(code) ? code : null,
  });
}

function crashedThread(report: Json, index: number): Thread {
  const thread = object(report["crashing_thread"]) ?? object(list(report["threads"])[index]);
  const frames = list(thread?.["frames"]).slice(0, MAX_FRAMES).map(object).flatMap(frameIn);
  const pid = Number(report["pid"] ?? 0);
  return partialThread({
    number: 1,
    lwp: Number.isInteger(pid) ? pid : 0,
    name: text(thread?.["thread_name"]) ?? null,
    crashed: true,
    frames: withoutHandler(frames),
  });
}

function frameIn(frame: Json | null): Frame[] {
  if (frame === null) return [];
  const line = frame["line"];
  return [
    frameOf({
      name: text(frame["function"]),
      module: text(frame["module"]),
      file: text(frame["file"]),
      line: typeof line === "number" ? String(line) : undefined,
      offset: text(frame["module_offset"]),
      address: text(frame["offset"]),
    }),
  ];
}
