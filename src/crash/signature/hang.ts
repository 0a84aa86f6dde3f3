import type { Evidence, Goroutine, ProcessRecord } from "../evidence.js";
import { goName, goTitle, isOfGo, tellingFrames } from "../frames/go-story.js";
import { hangStory } from "../frames/hang-story.js";
import { frameTitle, frameToken } from "../frames/native-story.js";
import { oneLine } from "../../text/printable.js";
import { signature, weakSignature, type Signature } from "./name.js";

/** Where it hangs; where gdb saw none of it, all hangs are one. */
export function signatureOfHang(evidence: Pick<Evidence, "go" | "threads" | "processes">): Signature {
  const { process, thread, goroutine, place, caller } = hangStory(evidence);
  if (goroutine !== null) return ofGoroutine(goroutine);
  const { words, token } = childOf(process, evidence.processes ?? []);
  const { call = null, object = null } = thread?.waits ?? {};
  // musl has no unwind tables: who called is not known.
  if (place === null && call !== null) {
    const on = object === null ? "" : ` on ${oneLine(object, 60)}`;
    return weakSignature(
      ["timeout", ...token, "call", call, ...(object === null ? [] : [object])],
      `hang${words} in the system call ${call}${on}`,
    );
  }
  if (place === null) return weakSignature(["timeout"], "time-out: still running at its time limit");
  const parts = ["timeout", ...token, frameToken(place), ...(caller === null ? [] : [frameToken(caller)])];
  return signature(
    parts,
    `hang${words} in ${frameTitle(place)}${caller === null ? "" : `, called from ${frameTitle(caller)}`}`,
  );
}

/** Words and a part of the signature for a hang in another process than the first; empty for that. */
function childOf(process: number, processes: readonly ProcessRecord[]): { words: string; token: string[] } {
  const own = processes.find(({ number }) => number === process);
  const first = processes[0];
  if (process === 1 || own === undefined || first === undefined) return { words: "", token: [] };
  const other = own.name !== first.name;
  return {
    words: ` of a child process${other ? ` (${oneLine(own.name, 40)})` : ""}`,
    token: ["child", ...(other ? [own.name] : [])],
  };
}

function ofGoroutine({ state: said, frames: all }: Goroutine): Signature {
  const telling = tellingFrames(all);
  // Go's own library is where many wait: the function of it that was called, not its insides, which differ from one Go to the next, and who called it.
  const called = telling.findIndex((frame) => !isOfGo(frame));
  const frames = called > 0 ? telling.slice(called - 1) : telling;
  const names = frames.map((frame) => goName(frame.function));
  const [innermost, caller] = frames;
  const state = said === "runnable" ? "running" : oneLine(said, 40);
  const where = innermost === undefined ? "" : ` in ${goTitle(innermost.function)}`;
  const from = called > 0 && caller !== undefined ? `, called from ${goTitle(caller.function)}` : "";
  return signature(
    ["timeout", "go", stateName(state), ...names.slice(0, 3)],
    `hang (${state})${where}${from}`,
  );
}

/** What Go calls a state, alike in every version: since 1.20 `semacquire` is told as `sync.Mutex.Lock` and others, and a stack that grows is a moment of running. */
function stateName(state: string): string {
  if (state.startsWith("sync.")) return "semacquire";
  return state === "copystack" ? "running" : state;
}
