import { Stream } from "./unwrap/stream.js";
import { plainText, unwrapLine } from "./unwrap/unwrap.js";

/** A log as it was written, or one of its streams, whose wrapping is off. */
export type Log = string | Uint8Array | Stream;

/** The lines of a log without what was put around them, one at a time: 64 MiB of newlines must not become 64 million strings at once. */
export function* lines(log: Log): Generator<string> {
  if (log instanceof Stream) return yield* log.text.lines();
  for (const line of plainText(log).lines()) yield* unwrapLine(line).lines;
}
