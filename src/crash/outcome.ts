import type { OutcomeName } from "../manifest/repro.js";
import { exitCode, termSignal, type Attempt } from "../run/attempt.js";
import { isDeadlock } from "./deadlock.js";
import type { GoTrace, SanitizerReport } from "./evidence.js";
import { GO_RACE } from "./go-race-detector.js";
import { serviceEnds, type ServiceEnd } from "./service-end.js";
import { signalName } from "./signal.js";

/**
 * What an attempt came to. At most one of `signal` and `exitCode` is set; a time-out has neither. In result.json and in the journal, where
 * a signature's fields lie side by side, the kind is called `outcome`: those formats are read by others and stay as they are.
 */
export interface Outcome {
  readonly kind: OutcomeName;
  /** The signal that ended the process, by the kernel's wait status; never what the program printed. */
  readonly signal: string | null;
  readonly exitCode: number | null;
  /** The SIGKILL was the kernel's out-of-memory killer: the container had reached its memory limit. */
  readonly outOfMemory?: true;
  /** The scheduler saw that no thread could ever go on. */
  readonly deadlock?: true;
  /** The program itself ended well: this is the end of a service beside it. */
  readonly service?: ServiceEnd;
  /** Services that failed beside a program that did not end well either. */
  readonly beside?: readonly ServiceEnd[];
}

/** Status of a process that the Go runtime ended: exit(2) in runtime.exit after fatalpanic, fatalthrow, sighandler. */
const GO_EXIT = 2;
/** Status of a program that Go's race detector found a race in, unless GORACE says otherwise. */
const RACE_EXIT = 66;

/**
 * The outcome of an attempt, from the kernel's raw wait status:
 * - `timeout`: the runner ended it because its time was over, whatever its status then says;
 * - `crash`: a signal ended it. Or it is a Go program (`goTrace`, parsed of its standard error, is not null) that ended
 *   as the Go runtime ends on its own panics, fatal errors and signals: with exit status 2 after printing its trace. A Go
 *   panic is a crash here: the program ended where its author wrote no end. Or Go's race detector reported a race and ended it with 66;
 * - `exit`: any other non-zero status. exit(139) is this, not SIGSEGV: 128+N is a shell's way to say it, not the kernel's;
 * - `clean`: exit status 0, whatever was printed.
 *
 * A service that failed beside a program that ended with 0 is what the attempt came to; beside any other end it is told with it.
 *
 * A trace counts only where `vouchesFor` says that it agrees with the wait status.
 */
export function outcomeOf(
  attempt: EndedAttempt,
  goTrace: GoTrace | null = null,
  sanitizer: SanitizerReport | null = null,
): Outcome {
  const outcome = programOutcome(attempt, goTrace, sanitizer);
  const failed = serviceEnds(attempt.services ?? [], attempt.durationMs);
  const [first] = failed;
  if (first === undefined) return outcome;
  if (outcome.kind !== "clean") return { ...outcome, beside: failed };
  const { signal, exitCode } = first;
  return { kind: signal === null ? "exit" : "crash", signal, exitCode, service: first };
}

/** What an outcome is told from. */
export type EndedAttempt = Pick<Attempt, "status" | "timedOut" | "oom"> &
  Partial<Pick<Attempt, "schedule" | "services" | "durationMs">>;

function programOutcome(
  attempt: EndedAttempt,
  goTrace: GoTrace | null,
  sanitizer: SanitizerReport | null,
): Outcome {
  if (attempt.timedOut) {
    const deadlock = isDeadlock(attempt.schedule) ? ({ deadlock: true } as const) : {};
    return { kind: "timeout", signal: null, exitCode: null, ...deadlock };
  }
  const signal = termSignal(attempt.status);
  if (signal !== null) {
    const name = signalName(signal);
    const killed = name === "SIGKILL" && attempt.oom === true ? ({ outOfMemory: true } as const) : {};
    return { kind: "crash", signal: name, exitCode: null, ...killed };
  }
  const code = exitCode(attempt.status);
  if (code === GO_EXIT && goTrace !== null && vouchesFor(attempt.status, goTrace) === null) {
    return { kind: "crash", signal: null, exitCode: code };
  }
  if (code === RACE_EXIT && sanitizer?.tool === GO_RACE)
    return { kind: "crash", signal: null, exitCode: code };
  return { kind: code === 0 ? "clean" : "exit", signal: null, exitCode: code };
}

/**
 * Whether a wait status is one that the Go runtime ends with after such a trace: null if so, else why not, in words. A
 * program may print what looks like a trace (a test's log, a fake) and go on; its words are never believed over the
 * kernel's. Go ends with exit status 2; with SIGABRT under GOTRACEBACK=crash; with the trace's own signal where C code
 * or a Go library's host handles it; with SIGTRAP or SIGSEGV where the runtime gave up on itself ("fatal: morestack on
 * g0").
 */
export function vouchesFor(status: number, trace: GoTrace): string | null {
  const signal = termSignal(status);
  if (signal !== null) {
    const name = signalName(signal);
    if (name === "SIGABRT" || name === trace.signal?.name) return null;
    if (trace.kind === "fatal" && (name === "SIGTRAP" || name === "SIGSEGV" || name === "SIGILL"))
      return null;
    return `the kernel says ${name}, with which Go does not end after such a trace`;
  }
  const code = exitCode(status);
  if (code === GO_EXIT) {
    if (trace.goroutines.length > 0 || trace.runtimeStack.length > 0 || trace.signal !== null) return null;
    return "no stack follows its first line";
  }
  return `the kernel says exit status ${code}, and Go ends a crash with 2`;
}
