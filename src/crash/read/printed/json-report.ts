import type { Frame, SigInfo } from "../../evidence.js";
import { crashed, type Finding } from "../finding.js";
import { jsonObjects, list, object, type Json } from "../json-objects.js";
import type { Log } from "../log-line.js";
import { partialCapture, partialThread } from "../partial-capture.js";
import { withoutHandler } from "../stack/machinery.js";

const MAX_FOUND = 50;
const MAX_FRAMES = 256;

/** What a report in JSON tells of a crash. */
export interface JsonCrash {
  readonly siginfo: SigInfo;
  readonly program?: string | null;
  /** As the report has it: anything but a whole number tells nothing. */
  readonly pid: unknown;
  /** Name of the thread. */
  readonly name: string | null;
  readonly frames: readonly Frame[];
}

/** The crashes that the objects of a log tell of. `crashIn`: null for an object that is no such report. */
export function jsonReports(log: Log, crashIn: (report: Json) => JsonCrash | null): Finding[] {
  const found: Finding[] = [];
  for (const { value, from, to } of jsonObjects(log)) {
    const crash = crashIn(value);
    if (crash !== null && found.length < MAX_FOUND) found.push({ from, to, ...ofCrash(crash) });
  }
  return found;
}

function ofCrash({ siginfo, program, pid, name, frames }: JsonCrash): Omit<Finding, "from" | "to"> {
  const process = Number(pid ?? 0);
  const lwp = Number.isInteger(process) ? process : 0;
  const thread = partialThread({ number: 1, lwp, name, crashed: true, frames: withoutHandler(frames) });
  const capture = partialCapture({ siginfo, threads: [thread], incomplete: [] });
  return {
    outcome: crashed(siginfo.signal),
    ...(program === undefined ? {} : { program }),
    known: { notes: ["the report's registers are not read"], capture: { ...capture, stderr: "" } },
  };
}

/** The frames of a thread, as far as they are objects. */
export function framesOf(thread: Json | null | undefined, frameIn: (frame: Json) => Frame): Frame[] {
  return list(thread?.["frames"])
    .slice(0, MAX_FRAMES)
    .flatMap((each) => {
      const frame = object(each);
      return frame === null ? [] : [frameIn(frame)];
    });
}

/** The number of a source's line, as a line of text would have it. */
export function lineIn(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : undefined;
}
