import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { Failure } from "../../failure.js";
import { lostConnection, overDeadline } from "../connection/connection-failures.js";
import type { Wire } from "../connection/wire.js";

/** An engine that sends nothing for so long, though its reader waits, is lost. */
const SILENT_FOR_MS = 120_000;

/** An answer's body for a reader of any pace: it ends only where it came whole, else it fails; it never just stops. */
export function wholeStream(wire: Wire, response: IncomingMessage, what: string): Readable {
  return Readable.from(chunks(wire, response, what), { objectMode: false });
}

async function* chunks(wire: Wire, response: IncomingMessage, what: string): AsyncGenerator<Buffer> {
  const limit = wire.limit(SILENT_FOR_MS);
  const source = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      // Only while the reader waits: one that is slow itself is no sign of the engine.
      const timer = setTimeout(() => response.destroy(overDeadline(wire.where, what, limit)), limit);
      const next = await source.next().finally(() => clearTimeout(timer));
      if (next.done) break;
      yield next.value;
    }
  } catch (error) {
    throw error instanceof Failure ? error : lostConnection(wire.where, what, error);
  } finally {
    response.destroy();
  }
  if (!response.complete) throw lostConnection(wire.where, what);
}
