import { exitCode, termSignal } from "../run/attempt.js";
import type { FailedService } from "../run/failed-service.js";
import { oneLine } from "../text/printable.js";
import { lastLine, saidShape } from "./said.js";
import { signalName } from "./signal.js";
import type { Explanation } from "./evidence.js";

/** How a service failed. One of `signal` and `exitCode` is set. */
export interface ServiceEnd {
  readonly name: string;
  readonly signal: string | null;
  readonly exitCode: number | null;
  /** Milliseconds after the program's start. */
  readonly afterMs: number;
  /** Its last line; null where it said nothing. */
  readonly said: string | null;
  /** The lines before that, too. */
  readonly lastLines: readonly string[];
}

/** Lines of a service that are told. */
const LINES = 3;

/** A service may end because the program did, and be seen to end first: an exit status tells something only this much earlier. */
const EARLIER_MS = 20;

/** Services that failed by themselves, the first to fail first. `durationMs`: of the program. */
export function serviceEnds(failed: readonly FailedService[], durationMs = Infinity): ServiceEnd[] {
  return failed
    .filter(({ status, afterMs }) => termSignal(status) !== null || afterMs + EARLIER_MS < durationMs)
    .sort((a, b) => a.afterMs - b.afterMs)
    .map(({ name, status, afterMs, said }) => {
      const signal = termSignal(status);
      return {
        name,
        signal: signal === null ? null : signalName(signal),
        exitCode: exitCode(status),
        afterMs,
        said: lastLine({ stdout: "", stderr: said }),
        lastLines: said
          .split("\n")
          .filter((line) => line.trim() !== "")
          .slice(-LINES)
          .map((line) => oneLine(line, 200)),
      };
    });
}

/** `service server died of SIGSEGV`, `service db ended with status 1: cannot bind`. */
export function serviceTitle({ name, signal, exitCode: code, said }: ServiceEnd): string {
  if (signal !== null) return `service ${name} died of ${signal}`;
  return `service ${name} ended with status ${code}${said === null ? "" : `: ${oneLine(said, 90)}`}`;
}

/** The same without what differs from run to run. */
export function serviceKey({ name, signal, exitCode: code, said }: ServiceEnd): string {
  return `service ${name} ${signal ?? `exit ${code}${said === null ? "" : `: ${saidShape(said)}`}`}`;
}

/** What a report says of a service's end. */
export function explainService(end: ServiceEnd): Explanation {
  return { kind: "service", text: storyOf(end), operand: null, facts: wordsOf(end) };
}

/** The same as facts beside an explanation of what the program itself died of. */
export function serviceFacts(ends: readonly ServiceEnd[]): string[] {
  return ends.flatMap((end) => [storyOf(end), ...wordsOf(end)]);
}

function storyOf({ name, signal, exitCode: code, afterMs }: ServiceEnd): string {
  const how = signal === null ? `ended with exit status ${code}` : `died of ${signal}`;
  return `service ${name} ${how} ${Math.round(afterMs)} ms after the program's start`;
}

function wordsOf({ name, lastLines }: ServiceEnd): string[] {
  if (lastLines.length === 0) return [`service ${name} had said nothing`];
  return [`service ${name} said last: ${lastLines.join(" | ")}`];
}
