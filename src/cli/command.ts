import type { Argv } from "yargs";
import type { ProgressSink } from "../progress/event.js";
import type { Engine } from "../docker/engine.js";

/** The first word of a command line by which a shell's script asks for words. */
export const ASK = "--get-completions";

/** What a command may touch of the process around it; a test gives its own. */
export interface CliContext {
  readonly cwd: string;
  /** The command line, as typed, without `vivarium`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The result goes here, and nothing else. */
  readonly stdout: Output;
  /** Progress, notes and errors. */
  readonly stderr: Output;
  readonly stdin: NodeJS.ReadableStream;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Engines that are connected: the end of the process removes what they run. */
  readonly engines: Set<Engine>;
}

export interface Output {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Flags of other verbs that one has no use for, by name, each with why: `it decides itself how many attempts it needs`. */
export type Refused = Readonly<Record<string, string>>;

/** One verb of the command line. */
export interface Command<Args = Record<string, unknown>> {
  /** yargs' usage: `run [repro]`. */
  readonly usage: string;
  readonly describe: string;
  /** Command lines (without `vivarium`) and what they do; shown by --help, run by test/cli. */
  readonly examples: readonly (readonly [string, string])[];
  readonly options: (yargs: Argv) => Argv<Args>;
  /** Flags that it does not take, though verbs like it do: who types one is told why. */
  readonly refused?: Refused;
  /** Returns the exit code; throws a Failure for what a person must mend. */
  readonly act: (args: Args, context: CliContext) => Promise<number>;
}

/** Keeps the type of a command's arguments to the command itself. */
export function defineCommand<Args>(command: Command<Args>): Command {
  return command as unknown as Command;
}

export type { ProgressSink };
