import type { Readable, Writable } from "node:stream";
import { interrupted } from "../../failure.js";
import type { Container, ContainerEnd, ContainerRequest, Engine } from "../engine.js";

/** The two ends of a terminal: process.stdin and process.stdout, or what stands in for them. */
export interface Terminal {
  readonly input: Readable & { setRawMode?(raw: boolean): unknown };
  readonly output: Writable & { readonly columns?: number; readonly rows?: number };
}

/**
 * Runs a container on the user's terminal: keys go in raw (Ctrl-C too: it is the program's), output comes out as it is, and
 * the size follows. Resolves when the container has ended; it is removed and the terminal restored whatever happens.
 */
export async function startInteractive(
  engine: Engine,
  request: ContainerRequest,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<ContainerEnd> {
  const container = await engine.start({ ...request, tty: true }, signal);
  const restore = follow(container, terminal);
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(interrupted());
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([aborted, show(container, terminal.output).then(() => container.ended())]);
  } finally {
    if (onAbort) signal?.removeEventListener("abort", onAbort);
    restore();
    await container.remove();
  }
}

/** Passes keys and sizes on. Returns what undoes it. */
function follow(container: Container, { input, output }: Terminal): () => void {
  let sent = "";
  let sending = false;
  // One request at a time: of two on their way, the older could come last, and stay.
  const resize = async (): Promise<void> => {
    if (sending) return;
    sending = true;
    for (;;) {
      const { columns, rows } = output;
      if (!columns || !rows || sent === `${columns} x ${rows}`) break;
      sent = `${columns} x ${rows}`;
      // A program that ended meanwhile needs no size; nothing else depends on it.
      await container.resize(columns, rows).catch(() => undefined);
    }
    sending = false;
  };
  const onResize = (): void => void resize();
  const onData = (data: Buffer): void => {
    input.pause();
    container.stdin.write(data).then(
      () => input.resume(),
      () => undefined, // Its standard input is closed: the end is near, and tells why.
    );
  };
  const onEnd = (): void => container.stdin.end();
  onResize();
  output.on("resize", onResize);
  input.setRawMode?.(true);
  input.on("data", onData);
  input.on("end", onEnd);
  return () => {
    output.off("resize", onResize);
    input.off("data", onData);
    input.off("end", onEnd);
    input.setRawMode?.(false);
    // An input that flows keeps the process from ending.
    input.pause();
  };
}

async function show(container: Container, output: Writable): Promise<void> {
  for await (const chunk of container.stdout) {
    if (!output.write(chunk)) await new Promise((resolve) => output.once("drain", resolve));
  }
}
