import type { Evidence, Goroutine, ProcessRecord } from "../evidence.js";
import { goName, goTitle, tellingFrames } from "../frames/go-story.js";
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
  const frames = tellingFrames(all);
  const names = frames.map((frame) => goName(frame.function));
  const [innermost] = frames;
  const state = said === "runnable" ? "running" : oneLine(said, 40);
  const where = innermost === undefined ? "" : ` in ${goTitle(innermost.function)}`;
  return signature(["timeout", "go", state, ...names.slice(0, 3)], `hang (${state})${where}`);
}
