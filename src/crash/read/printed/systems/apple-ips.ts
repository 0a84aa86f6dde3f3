import type { Reader } from "../../finding.js";
import { list, object, text, type Json } from "../../json-objects.js";
import { partialSignal } from "../../partial-capture.js";
import { frameOf } from "../../stack/frame.js";
import { faultSignal } from "../../stack/signal-words.js";
import type { Frame } from "../../../evidence.js";
import { framesOf, jsonReports, lineIn, type JsonCrash } from "../json-report.js";

/** macOS's and iOS's crash reports since 2021 (.ips): a line of JSON about the report, then the report in JSON. */
export const appleIps: Reader = {
  source: "macos",
  title: "macOS's crash report",
  rank: "report",
  trigger: /"(?:faultingThread|bug_type)"/,
  read: (log) => jsonReports(log, crashIn),
};

function crashIn(report: Json): JsonCrash | null {
  const exception = object(report["exception"]);
  if (exception === null) return null;
  const signal = faultSignal(text(exception["signal"]) ?? "") ?? faultSignal(text(exception["type"]) ?? "");
  if (signal === null) return null;
  const threads = list(report["threads"]).map(object);
  const thread =
    threads.find((each) => each?.["triggered"] === true) ?? threads[Number(report["faultingThread"] ?? 0)];
  const images = list(report["usedImages"]).map(object);
  const address = /\bat (0x[0-9a-f]{1,16})/.exec(text(exception["subtype"]) ?? "")?.[1] ?? null;
  const program = text(report["procName"]) ?? null;
  return {
    siginfo: partialSignal(signal, { address }),
    program,
    pid: report["pid"],
    name: program,
    frames: framesOf(thread, (frame) => frameIn(frame, images)),
  };
}

function frameIn(frame: Json, images: readonly (Json | null)[]): Frame {
  const image = images[Number(frame["imageIndex"])];
  const offset = Number(frame["imageOffset"]);
  return frameOf({
    name: text(frame["symbol"]),
    module: text(image?.["name"]),
    file: text(frame["sourceFile"]),
    line: lineIn(frame["sourceLine"]),
    offset: Number.isSafeInteger(offset) && offset >= 0 ? `0x${offset.toString(16)}` : undefined,
  });
}
