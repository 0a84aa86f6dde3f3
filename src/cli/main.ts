import * as z from "zod";
import { visible } from "../text/printable.js";
import { Failure } from "../failure.js";
import type { Engine } from "../docker/engine.js";
import type { CliContext } from "./command.js";
import { dispatch } from "./dispatch.js";

/** Ctrl-C ends within two seconds, whatever an engine does; the rest of them is for Node's own end on a busy machine. */
const FAREWELL_MS = 1600;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// A schema that is compiled pays for it with many documents; a command reads a few.
z.config({ jitless: true });

/** Parses the command line, calls one command, and maps errors to exit codes. Resolves with the exit code. */
export async function main(argv: readonly string[], host: NodeJS.Process): Promise<number> {
  const stop = new AbortController();
  const engines = new Set<Engine>();
  const context: CliContext = {
    cwd: host.cwd(),
    argv,
    env: host.env,
    stdout: host.stdout,
    stderr: host.stderr,
    stdin: host.stdin,
    signal: stop.signal,
    engines,
  };
  // `vivarium list | head`: the reader is gone, which is no error of ours.
  host.stdout.on("error", () => {});
  host.stderr.on("error", () => {});

  let removed: Promise<void> = Promise.resolve();
  const farewell = new Promise<number>((resolve) => {
    const onSignal = () => {
      if (stop.signal.aborted) return;
      // The command ends by itself and keeps what was done. What it runs is of no more use, and takes longest to go.
      stop.abort(new Failure("interrupted", "interrupted"));
      removed = removeAll(engines);
      setTimeout(() => resolve(130), FAREWELL_MS).unref();
    };
    for (const name of SIGNALS) host.on(name, onSignal);
  });

  const work = dispatch(argv, context).catch((error: unknown) =>
    report(error, context, argv.includes("--debug")),
  );
  const code = await Promise.race([work, farewell]);
  // A second time: an engine may have been connected to, or answered a lost request, since the signal.
  const ended = async () => {
    if (stop.signal.aborted) await removed.then(() => removeAll(engines));
    for (const engine of engines) engine.close();
    await flushed(host.stdout);
    return stop.signal.aborted ? 130 : code;
  };
  return Promise.race([ended(), farewell]);
}

/** Tells a person what went wrong and what to do; returns the exit code. */
function report(error: unknown, { stderr }: CliContext, debug: boolean): number {
  if (error instanceof Failure) {
    if (error.kind !== "interrupted") {
      // Both may quote a stranger's manifest, bundle or engine.
      stderr.write(`vivarium: ${visible(error.message)}\n`);
      if (error.remedy !== null) stderr.write(`${visible(error.remedy).replace(/^/gm, "  ")}\n`);
    }
    if (debug)
      stderr.write(
        `${String(error.stack)}\n${error.cause instanceof Error ? `${String(error.cause.stack)}\n` : ""}`,
      );
    return error.exitCode;
  }
  const fault = error instanceof Error ? error : new Error(String(error));
  stderr.write(`vivarium: a fault of vivarium itself: ${fault.message}\n`);
  stderr.write(
    debug ? `${String(fault.stack)}\n` : "  run it again with --debug and report what it prints\n",
  );
  return 3;
}

async function removeAll(engines: ReadonlySet<Engine>): Promise<void> {
  await Promise.allSettled([...engines].map((engine) => engine.removeAllLive()));
}

/** A pipe's reader may be slow: what was written must be out before the process ends. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}
