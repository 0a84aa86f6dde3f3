import { printable, visible } from "../../text/printable.js";
import { signalName } from "../../text/signal-name.js";
import type { Attempt, Stream } from "../attempt.js";
import type { FailedService } from "../failed-service.js";
import type { MappedFiles } from "../mapped-files.js";
import { encodeConfig, string, strings, u32 } from "./config-bytes.js";
import type { RunnerConfig } from "./runner-config.js";
import { BrokenFrame, encodeFrame, type Frame } from "./frame.js";

/** What both sides must mean by the frames; the runner says its own in its first. */
export const PROTOCOL = 7;

const CONFIGURE = 0x01;
const RUN = 0x02;
const QUIT = 0x03;
const SCHEDULE = 0x04;
const PROGRAM = 0x05;
const LOOK = 0x06;
const HELLO = 0x81;
const READY = 0x82;
const BATCH = 0x83;
const DONE = 0x84;
const FAULT = 0x85;
const LOOKED = 0x86;

/** Sizes of runner/batch.h: a record without output; what a batch holds unless a single record is larger. */
const RECORD = 72;
const BATCH_BYTES = 32 * 1024;

const TIMED_OUT = 1;
const OUTPUT_KEPT = 2;
const OOM_KNOWN = 4;
const OOM = 8;
const SCHEDULED = 16;
const LOOKED_AT = 32;
const SERVICES_FAILED = 64;
/** Bits that count the signals that were sent to an attempt. */
const SIGNALS_SHIFT = 8;
const SIGNALS_MASK = 0x7f;
/** Of scheduler/record.h. */
const RECORD_OF_SCHEDULE = 1024 * 1024;
/** Of runner/hung.h: what gdb may say of a hang. */
const TOLD = 1024 * 1024;
/** Of runner/services.h: what is told of services that failed. */
const SERVICES = 32 * 1024;

/** An attempt as a runner reports it. */
export type ReportedAttempt = Attempt & {
  /** What gdb said of it as it stood at its time limit; absent where it was not looked at. */
  readonly gdb?: Buffer;
};

export type Command =
  | { readonly kind: "configure"; readonly config: RunnerConfig }
  /** Attempts are made under it from now on (src/plan/schedule.ts); `""`: under the kernel's own. */
  | { readonly kind: "schedule"; readonly text: string }
  | { readonly kind: "run"; readonly first: number; readonly count: number }
  /** Attempts from now on are of this program; everything else stays. */
  | { readonly kind: "program"; readonly argv: readonly string[] }
  /** One run that is no attempt, to see what the program maps. */
  | { readonly kind: "look" }
  | { readonly kind: "quit" };

export type Answer =
  | { readonly kind: "hello"; readonly protocol: number; readonly uid: number }
  | { readonly kind: "ready" }
  /** Their `startMs` counts from the moment when the runner took up the run. Empty: a sign of life. */
  | { readonly kind: "batch"; readonly attempts: readonly ReportedAttempt[] }
  | { readonly kind: "looked"; readonly seen: MappedFiles | null }
  | { readonly kind: "done"; readonly first: number; readonly count: number }
  /** The runner cannot go on, in its words, and ends. */
  | { readonly kind: "fault"; readonly text: string };

/** The bytes of a command; `sequence` counts a runner's commands from 0. */
export function encodeCommand(command: Command, sequence: number): Buffer {
  switch (command.kind) {
    case "configure":
      return encodeFrame(CONFIGURE, encodeConfig(command.config), sequence);
    case "schedule":
      return encodeFrame(SCHEDULE, string(command.text), sequence);
    case "run":
      return encodeFrame(RUN, Buffer.concat([u32(command.first), u32(command.count)]), sequence);
    case "program":
      return encodeFrame(PROGRAM, strings(command.argv), sequence);
    case "look":
      return encodeFrame(LOOK, Buffer.alloc(0), sequence);
    case "quit":
      return encodeFrame(QUIT, Buffer.alloc(0), sequence);
  }
}

/** What a runner may tell beside the output of its attempts. */
export interface MayTell {
  readonly schedules?: boolean;
  readonly hangs?: boolean;
  readonly services?: boolean;
}

/** The largest payload that a runner of this configuration can mean. */
export function maxPayload(
  { head, tail }: Pick<RunnerConfig, "head" | "tail">,
  { schedules = false, hangs = false, services = false }: MayTell = {},
): number {
  const further =
    (schedules ? 4 + RECORD_OF_SCHEDULE : 0) + (hangs ? 4 + TOLD : 0) + (services ? 4 + SERVICES : 0);
  return BATCH_BYTES + RECORD + 16 + 2 * (head + tail) + further;
}

/** What a frame says. Throws BrokenFrame where it says nothing that a runner would. */
export function decodeAnswer({ type, payload }: Frame): Answer {
  switch (type) {
    case HELLO:
      exactly(payload, 8);
      return { kind: "hello", protocol: payload.readUInt32LE(0), uid: payload.readUInt32LE(4) };
    case READY:
      exactly(payload, 0);
      return { kind: "ready" };
    case BATCH:
      return { kind: "batch", attempts: [...records(payload)] };
    case DONE:
      exactly(payload, 8);
      return { kind: "done", first: payload.readUInt32LE(0), count: payload.readUInt32LE(4) };
    case LOOKED:
      return { kind: "looked", seen: mappedFiles(payload.toString("utf8")) };
    case FAULT:
      return { kind: "fault", text: payload.toString("utf8") };
    default:
      throw new BrokenFrame(`a frame of unknown type ${type}`);
  }
}

/** What the runner's look says: the executable, then the files that it had mapped, and `child 11 /usr/bin/sh` for a process of it that crashed. */
function mappedFiles(text: string): MappedFiles | null {
  const lines = text.split("\n").filter(Boolean);
  const children = [...new Set(lines)].flatMap((line) => {
    const [, number, executable] = /^child (\d{1,3}) (.*)/.exec(line) ?? [];
    return number === undefined ? [] : [{ signal: signalName(Number(number)), executable: executable ?? "" }];
  });
  const [executable, ...files] = lines.filter((line) => line.startsWith("/"));
  if (executable === undefined) return null;
  return { executable, files: [...new Set(files)], ...(children.length === 0 ? {} : { children }) };
}

function* records(payload: Buffer): Generator<ReportedAttempt, void> {
  for (let at = 0; at < payload.length;) {
    const record = slice(payload, at, RECORD);
    at += RECORD;
    const flags = record.readUInt32LE(8);
    const [bytesOut, bytesErr] = [u64(record, 56), u64(record, 64)];
    let output: Attempt["output"] = null;
    if ((flags & OUTPUT_KEPT) !== 0) {
      const sizes = slice(payload, at, 16);
      at += 16;
      const take = (offset: number): Buffer => {
        const bytes = slice(payload, at, sizes.readUInt32LE(offset));
        at += bytes.length;
        return bytes;
      };
      const stream = (offset: number, total: number): Stream => {
        const [head, tail] = [take(offset), take(offset + 4)];
        if (head.length + tail.length > total) throw new BrokenFrame("more output was kept than written");
        return { head, tail, total };
      };
      output = { stdout: stream(0, bytesOut), stderr: stream(8, bytesErr) };
    }
    const told = (): Buffer => {
      const text = slice(payload, at + 4, slice(payload, at, 4).readUInt32LE(0));
      at += 4 + text.length;
      return text;
    };
    const schedule = (flags & SCHEDULED) === 0 ? null : told().toString("utf8");
    const gdb = (flags & LOOKED_AT) === 0 ? null : told();
    const services = (flags & SERVICES_FAILED) === 0 ? null : [...failedServices(told())];
    const sent = (flags >> SIGNALS_SHIFT) & SIGNALS_MASK;
    yield {
      number: record.readUInt32LE(0),
      status: record.readUInt32LE(4),
      timedOut: (flags & TIMED_OUT) !== 0,
      leftovers: record.readUInt32LE(12),
      startMs: u64(record, 16) / 1e6,
      durationMs: u64(record, 24) / 1e6,
      userMs: u64(record, 32) / 1e3,
      systemMs: u64(record, 40) / 1e3,
      maxRssKiB: u64(record, 48),
      bytesOut,
      bytesErr,
      output,
      ...((flags & OOM_KNOWN) === 0 ? {} : { oom: (flags & OOM) !== 0 }),
      ...(schedule === null ? {} : { schedule }),
      ...(gdb === null ? {} : { gdb }),
      ...(services === null ? {} : { services }),
      ...(sent === 0 ? {} : { signalsSent: sent }),
    };
  }
}

function* failedServices(told: Buffer): Generator<FailedService> {
  for (let at = 0; at < told.length;) {
    const name = slice(told, at + 4, slice(told, at, 4).readUInt32LE(0));
    at += 4 + name.length;
    const fields = slice(told, at, 16);
    const said = slice(told, at + 16, fields.readUInt32LE(12));
    at += 16 + said.length;
    yield {
      name: printable(name.toString("utf8"), 64),
      status: fields.readUInt32LE(0),
      afterMs: u64(fields, 4) / 1e6,
      said: visible(said.toString("utf8")),
    };
  }
}

function slice(payload: Buffer, at: number, length: number): Buffer {
  if (at + length > payload.length) throw new BrokenFrame("a frame says less than it begins to");
  return payload.subarray(at, at + length);
}

function exactly(payload: Buffer, length: number): void {
  if (payload.length !== length) throw new BrokenFrame(`a frame of ${payload.length} bytes, not ${length}`);
}

/** Exact up to 2^53: nanoseconds of 104 days. */
function u64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
