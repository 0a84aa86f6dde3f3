import type { Thread } from "../evidence.js";
import type { Waits } from "../hang-record.js";
import { processOf } from "../frames/hang-story.js";
import { purposeOf } from "../frames/wait-purpose.js";
import { listed } from "../../text/numbers.js";
import { oneLine } from "../../text/printable.js";

/** What a futex is waited on for, in words. */
const PURPOSES: Readonly<Record<string, string>> = {
  condition: "the condition",
  semaphore: "the semaphore",
  barrier: "the barrier",
  rwlock: "the read-write lock",
  once: "an initialisation that has begun",
};

/** `thread 4 of process 2`; of the first process, `thread 4`. */
export function threadName(thread: Pick<Thread, "number" | "process">): string {
  const process = processOf(thread);
  return process === 1 ? `thread ${thread.number}` : `thread ${thread.number} of process ${process}`;
}

/** What a thread waits for, to stand behind the system call: `, for the mutex table that thread 3 holds`; "" where nothing is known. */
export function waitsFor(thread: Thread, waits: Waits, threads: readonly Thread[]): string {
  if (waits.call === "futex") return ofFutex(thread, waits, threads);
  const others = waits.others ?? [];
  if (waits.call === "read") return ofPipe(thread, waits, { holders: others, way: "from", end: "writing" });
  if (waits.call === "write" || waits.call === "writev")
    return ofPipe(thread, waits, { holders: others, way: "into", end: "reading" });
  if (others.length === 0) return "";
  const named = `${others.length === 1 ? "process" : "processes"} ${listed(others.map(String))}`;
  return waits.call === "flock" || waits.call === "fcntl"
    ? `, for a file lock that ${named} holds`
    : `, for ${named}`;
}

function ofFutex(thread: Thread, waits: Waits, threads: readonly Thread[]): string {
  const { joins = null, holder } = waits;
  const purpose = purposeOf(thread);
  if (joins !== null) return `, for the end of thread ${joins}`;
  if (purpose === "thread") return ", for the end of another thread";
  const name = waits.object ? ` \`${oneLine(waits.object, 80)}\`` : "";
  if (holder === null) return ofUnheld(purpose, name);
  const what = purpose === "lock" ? "lock" : "mutex";
  const lock = name === "" ? `a ${what}` : `the ${what}${name}`;
  if (holder === thread.number) return `, for ${lock} that it holds itself`;
  return `, for ${lock} that ${holderWords(holder, waits.stranger === true, threads)}`;
}

function ofUnheld(purpose: string | null, name: string): string {
  const known = purpose === null ? undefined : PURPOSES[purpose];
  if (known !== undefined) {
    if (!known.startsWith("the ")) return `, for ${known}`;
    return `, for ${name === "" ? known.replace("the", "a") : `${known}${name}`}`;
  }
  const lock = purpose === "mutex" || purpose === "lock" ? purpose : null;
  if (name === "") return lock === null ? "" : `, for a ${lock}`;
  return `, for the ${lock ?? "variable"}${name}`;
}

function holderWords(holder: number, stranger: boolean, threads: readonly Thread[]): string {
  const by = threads.find(({ number }) => number === holder);
  const process = by === undefined ? 1 : processOf(by);
  if (stranger) return `thread ${holder} of process ${process} held when this process was made`;
  return `${by === undefined ? `thread ${holder}` : threadName(by)} holds`;
}

/** The other end of a pipe, and who holds it open. */
interface OtherEnd {
  readonly holders: readonly number[];
  readonly way: "from" | "into";
  readonly end: "reading" | "writing";
}

function ofPipe(thread: Thread, waits: Waits, { holders, way, end }: OtherEnd): string {
  if (waits.file?.startsWith("pipe:") !== true) return "";
  const own = processOf(thread);
  const others = holders.filter((number) => number !== own);
  const pipe = `, ${way} the pipe of descriptor ${waits.descriptor ?? "?"}`;
  if (holders.length === 0) return pipe;
  if (others.length === 0) return `${pipe}, whose ${end} end nobody but itself holds open`;
  const named = `process ${listed(others.map(String))}`;
  return `${pipe}, whose ${end} end ${named}${others.length < holders.length ? " and it itself hold" : " holds"} open`;
}
