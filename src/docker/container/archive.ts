import { extract, type Header } from "tar-stream";
import { lostConnection } from "../connection/connection-failures.js";
import type { Wire } from "../connection/wire.js";

const WITHIN_MS = 300_000;

/**
 * Has `onEntry` read each entry of a path in a container, as the engine's archive gives them; what it does not read is skipped. A Failure
 * that it throws ends the reading. Throws Failure("infrastructure") where the archive did not come whole.
 */
export async function readArchive(
  wire: Wire,
  id: string,
  path: string,
  what: string,
  onEntry: (header: Header, content: AsyncIterable<unknown>) => Promise<void>,
): Promise<void> {
  const response = await wire.stream({ what, path: `/containers/${id}/archive`, query: { path } });
  const tar = extract();
  const timer = setTimeout(() => response.destroy(new Error("too slow")), WITHIN_MS);
  response.on("error", (error) => tar.destroy(error));
  response.on("close", () => {
    if (!response.complete) tar.destroy(new Error("closed early"));
  });
  response.pipe(tar);
  try {
    for await (const entry of tar) {
      await onEntry(entry.header, entry as AsyncIterable<unknown>);
      entry.resume();
    }
  } catch (cause) {
    throw cause instanceof Error && cause.name === "Failure"
      ? cause
      : lostConnection(wire.where, what, cause);
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  if (!response.complete) throw lostConnection(wire.where, what);
}
