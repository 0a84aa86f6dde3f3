import { crashed, type Finding, type Reader } from "../finding.js";
import { lines, type Log } from "../log-line.js";
import { partialCapture, partialSignal, partialThread } from "../partial-capture.js";
import { frameOf } from "../stack/frame.js";
import { faultSignal } from "../stack/signal-words.js";
import type { Frame } from "../../evidence.js";

const MAX_FOUND = 200;
const MAX_FRAMES = 1000;
const MAX_APART = 2000;

interface Draft {
  readonly from: number;
  to: number;
  readonly signal: string;
  frames: Frame[];
}

/** gdb's machine interface, which editors and CI log: `*stopped,reason="signal-received",…` and `^done,stack=[frame={…}]`. */
export const gdbMi: Reader = {
  source: "gdb",
  title: "gdb",
  rank: "report",
  trigger: /\*stopped,reason="signal-received"/,
  read(log: Log): Finding[] {
    const found: Draft[] = [];
    let at = 0;
    for (const raw of lines(log)) {
      const from = at++;
      const line = raw.trim();
      const signal = line.includes('*stopped,reason="signal-received"')
        ? faultSignal(field(line, "signal-name") ?? "")
        : null;
      const last = found.at(-1);
      if (signal !== null && found.length < MAX_FOUND)
        found.push({ from, to: at, signal, frames: framesIn(line) });
      else if (last !== undefined && from - last.to < MAX_APART && line.includes("^done,stack=[")) {
        last.frames = framesIn(line);
        last.to = at;
      }
    }
    return found.map(findingOf);
  },
};

function findingOf({ from, to, signal, frames }: Draft): Finding {
  const threads = [partialThread({ number: 1, crashed: true, frames })];
  const incomplete = ["the session shows no siginfo ($_siginfo)", "the session shows no registers"];
  const capture = partialCapture({ siginfo: partialSignal(signal), threads, incomplete });
  return { from, to, outcome: crashed(signal), known: { capture: { ...capture, stderr: "" } } };
}

/** Frames of a line; their arguments hold braces, so that each is read up to the next. */
function framesIn(line: string): Frame[] {
  return line
    .split("frame={")
    .slice(1, MAX_FRAMES + 1)
    .map((text) =>
      frameOf({
        name: field(text, "func"),
        module: field(text, "from"),
        file: field(text, "file"),
        line: field(text, "line"),
        address: field(text, "addr"),
      }),
    );
}

function field(text: string, name: string): string | undefined {
  const at = text.indexOf(`${name}="`);
  if (at === -1) return undefined;
  const start = at + name.length + 2;
  const end = text.indexOf('"', start);
  return end === -1 || end - start > 1000 ? undefined : text.slice(start, end);
}
