import type { ServicePlan } from "../../plan/plan.js";

/** How every attempt of a runner is made. Sizes in bytes, times in milliseconds. */
export interface RunnerConfig {
  /** The program by its absolute path, and its arguments. */
  readonly argv: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Absolute path of the file given on standard input. */
  readonly stdin: string;
  /** It is typed on a terminal of the program's own. */
  readonly tty: boolean;
  readonly timeoutMs: number;
  /** The runner ends by itself when it was told nothing, or nobody read what it says, for so long. */
  readonly silenceMs: number;
  readonly stack: number | null;
  readonly files: number;
  /** Bytes kept of each stream: the first and the last. */
  readonly head: number;
  readonly tail: number;
  /** Whose output is reported: of attempts that did not end with exit 0, or of all. */
  readonly keep: "failed" | "all";
  /** Threads that keep processors busy while attempts are made. */
  readonly load: number;
  /** Processes and threads that all attempts of the user may have together (RLIMIT_NPROC); null: what the container may. */
  readonly processes: number | null;
  /** Processors that attempts may use; none: all of the container's. */
  readonly cpus: readonly number[];
  /** Attempts that hang are looked at by gdb as they stand, at their time limit; null: none is. */
  readonly looks: HangLooks | null;
  /** Started in this order before each attempt, and ended with it. */
  readonly services: readonly RunnerService[];
  /** Sent to the program, the first one first. */
  readonly signals: readonly { readonly number: number; readonly atMs: number }[];
}

/** A process beside the program. */
export interface RunnerService extends Pick<ServicePlan, "name" | "ready" | "withinMs"> {
  /** Its program, by a path or by a name on the PATH of `env`, and its arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
}

/** Looks at attempts that hang. */
export interface HangLooks {
  /** Looks that one runner takes; the hangs after them are killed at once. */
  readonly most: number;
  /** Of one look. */
  readonly timeoutMs: number;
  /** What looks, by its absolute path, its arguments and its whole environment. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
