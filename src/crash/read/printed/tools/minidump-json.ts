import type { Reader } from "../../finding.js";
import { list, object, text, type Json } from "../../json-objects.js";
import { partialSignal } from "../../partial-capture.js";
import { frameOf } from "../../stack/frame.js";
import { faultSignal } from "../../stack/signal-words.js";
import { trimmedHex } from "../../hex.js";
import type { Frame, SigInfo } from "../../../evidence.js";
import { framesOf, jsonReports, lineIn, type JsonCrash } from "../json-report.js";

/** What rust-minidump's minidump-stackwalk writes with --json, and Socorro, which runs it. */
export const minidumpJson: Reader = {
  source: "minidump",
  title: "minidump-stackwalk",
  rank: "report",
  trigger: /"crash_info"/,
  read: (log) => jsonReports(log, (report) => crashIn(report) ?? crashIn(object(report["json_dump"]) ?? {})),
};

function crashIn(report: Json): JsonCrash | null {
  const info = object(report["crash_info"]) ?? {};
  const siginfo = signalIn(info);
  if (siginfo === null) return null;
  const index = Number(info["crashing_thread"] ?? 0);
  const thread = object(report["crashing_thread"]) ?? object(list(report["threads"])[index]);
  return {
    siginfo,
    pid: report["pid"],
    name: text(thread?.["thread_name"]) ?? null,
    frames: framesOf(thread, frameIn),
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

function frameIn(frame: Json): Frame {
  return frameOf({
    name: text(frame["function"]),
    module: text(frame["module"]),
    file: text(frame["file"]),
    line: lineIn(frame["line"]),
    offset: text(frame["module_offset"]),
    address: text(frame["offset"]),
  });
}
