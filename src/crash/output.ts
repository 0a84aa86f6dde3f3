import type { Attempt, Stream } from "../run/attempt.js";
import type { Evidence } from "./evidence.js";
import { visible } from "../text/printable.js";

/** What a report can show of one stream. */
const MAX_SHOWN = 8 * 1024;

/** The text of a stream: head, a line that says how much is missing, tail. The go-trace parser knows that line. */
export function streamText({ head, tail, total }: Stream): string {
  const dropped = total - head.length - tail.length;
  if (dropped <= 0) return Buffer.concat([head, tail]).toString("utf8");
  return `${head.toString("utf8")}\n[... ${dropped} bytes dropped ...]\n${tail.toString("utf8")}`;
}

/** The tail of both streams, made printable: the program's own words. */
export function shownOutput(output: Attempt["output"]): Evidence["output"] {
  if (output === null) return null;
  let dropped = 0;
  const shown = (stream: Stream): string => {
    const text = visible(streamText(stream));
    dropped += Math.max(0, stream.total - stream.head.length - stream.tail.length);
    if (text.length <= MAX_SHOWN) return text;
    dropped += text.length - MAX_SHOWN;
    return text.slice(-MAX_SHOWN).replace(/^[\udc00-\udfff]/, "");
  };
  return { stdout: shown(output.stdout), stderr: shown(output.stderr), dropped };
}
