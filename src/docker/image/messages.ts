import type { IncomingMessage } from "node:http";
import { StringDecoder } from "node:string_decoder";
import * as z from "zod";
import { Failure } from "../../failure.js";

/** One message of the engine's progress streams (build, pull, import, load). */
const Message = z.looseObject({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  progress: z.string().optional(),
  error: z.string().optional(),
  errorDetail: z.looseObject({ code: z.number().optional(), message: z.string().optional() }).optional(),
  aux: z.looseObject({ ID: z.string().optional() }).optional(),
});
export type Message = z.infer<typeof Message>;

/** Longest message that is read; a longer one is no progress message. */
const MAX_MESSAGE = 4 * 1024 * 1024;

export interface MessageReader {
  /** Called for each message, in order. */
  readonly onMessage: (message: Message) => void;
  /** The failure of a stream that ended before it was whole. */
  readonly cut: (cause?: unknown) => Failure;
  /** The failure of a stream that holds something else. */
  readonly garbage: (why: string) => Failure;
  /** Milliseconds for the whole stream. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** The failure for an abort of the signal. */
  readonly aborted: () => Failure;
  readonly overDeadline: (ms: number) => Failure;
}

/**
 * Reads a progress stream to its end. It returns only if the stream came to its end whole; what its messages say,
 * errors included, is up to `onMessage`.
 */
export async function readMessages(response: IncomingMessage, reader: MessageReader): Promise<void> {
  const { onMessage, cut, garbage, deadlineMs, signal } = reader;
  let why: Failure | null = null;
  const end = (failure: Failure): void => {
    why ??= failure;
    response.destroy(failure);
  };
  const onAbort = (): void => end(reader.aborted());
  const total = setTimeout(() => end(reader.overDeadline(deadlineMs)), deadlineMs);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const line = (text: string): void => {
    if (text.trim() === "") return;
    let message: Message;
    try {
      message = Message.parse(JSON.parse(text));
    } catch {
      throw garbage(text.slice(0, 200));
    }
    onMessage(message);
  };
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const each of lines) line(each);
      if (rest.length > MAX_MESSAGE) throw garbage(rest.slice(0, 200));
    }
    line(rest + decoder.end());
  } catch (error) {
    if (why) throw why;
    throw error instanceof Failure ? error : cut(error);
  } finally {
    clearTimeout(total);
    signal?.removeEventListener("abort", onAbort);
    response.destroy();
  }
  if (why) throw why;
  if (!response.complete) throw cut();
}
