import { crashed, type Finding, type Reader } from "../finding.js";
import { jsonObjects, list, object, text, type Json } from "../json-objects.js";
import type { Log } from "../log-line.js";
import { partialCapture, partialSignal, partialThread } from "../partial-capture.js";
import { frameOf } from "../stack/frame.js";
import { withoutHandler } from "../stack/machinery.js";
import { faultSignal } from "../stack/signal-words.js";
import type { Frame } from "../../evidence.js";

const MAX_FOUND = 50;
const MAX_FRAMES = 256;

/** macOS's and iOS's crash reports since 2021 (.ips): a line of JSON about the report, then the report in JSON. */
export const appleIps: Reader = {
  source: "macos",
  title: "macOS's crash report",
  rank: "report",
  trigger: /"(?:faultingThread|bug_type)"/,
  read(log: Log): Finding[] {
    const found: Finding[] = [];
    for (const { value, from, to } of jsonObjects(log)) {
      const finding = findingOf(value, from, to);
      if (finding !== null && found.length < MAX_FOUND) found.push(finding);
    }
    return found;
  },
};

function findingOf(report: Json, from: number, to: number): Finding | null {
  const exception = object(report["exception"]);
  if (exception === null) return null;
  const signal = faultSignal(text(exception["signal"]) ?? "") ?? faultSignal(text(exception["type"]) ?? "");
  if (signal === null) return null;
  const threads = list(report["threads"]).map(object);
  const thread =
    threads.find((each) => each?.["triggered"] === true) ?? threads[Number(report["faultingThread"] ?? 0)];
  const images = list(report["usedImages"]).map(object);
  const frames = list(thread?.["frames"])
    .slice(0, MAX_FRAMES)
    .flatMap((frame) => frameIn(object(frame), images));
  const address = /\bat (0x[0-9a-f]{1,16})/.exec(text(exception["subtype"]) ?? "")?.[1] ?? null;
  const program = text(report["procName"]) ?? null;
  const pid = Number(report["pid"] ?? 0);
  const notes = ["the report's registers are not read"];
  const capture = partialCapture({
    siginfo: partialSignal(signal, { address }),
    threads: [
      partialThread({
        number: 1,
        lwp: Number.isInteger(pid) ? pid : 0,
        name: program,
        crashed: true,
        frames: withoutHandler(frames),
      }),
    ],
    incomplete: [],
  });
  return {
    from,
    to,
    outcome: crashed(signal),
    program,
    known: { notes, capture: { ...capture, stderr: "" } },
  };
}

function frameIn(frame: Json | null, images: readonly (Json | null)[]): Frame[] {
  if (frame === null) return [];
  const image = images[Number(frame["imageIndex"])];
  const offset = Number(frame["imageOffset"]);
  const line = frame["sourceLine"];
  const words = {
    name: text(frame["symbol"]),
    module: text(image?.["name"]),
    file: text(frame["sourceFile"]),
    line: typeof line === "number" ? String(line) : undefined,
    offset: Number.isSafeInteger(offset) && offset >= 0 ? `0x${offset.toString(16)}` : undefined,
  };
  return [frameOf(words)];
}
