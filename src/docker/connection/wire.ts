import type { IncomingMessage } from "node:http";
import type { Duplex, Readable } from "node:stream";
import Docker from "dockerode";
import type * as z from "zod";
import { Failure, infrastructure, interrupted } from "../../failure.js";
import type { ResolvedAddress } from "./address.js";
import { lostConnection, noEngine, overDeadline } from "./connection-failures.js";
import { printable } from "../../text/printable.js";
import { Refusal } from "../refusal.js";
import { SocketAgent } from "./socket.js";

/** One request to the engine. */
export interface Call {
  /** What it does, for messages: `list images`. */
  readonly what: string;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  /** Path below the API version, already escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: object;
  /** A tar stream to send. */
  readonly upload?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the answer must be whole (a stream: until it begins). Default 30,000. */
  readonly deadlineMs?: number;
  /** Ends the request with Failure("interrupted"). */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_DEADLINE_MS = 30_000;
/** No answer that is read whole is larger; lists of thousands of images are well below. */
const MAX_BODY = 64 * 1024 * 1024;
/** docker-modem turns a status that is not listed into an error of its own after an unbounded read; we read it ourselves. */
const ANY_STATUS = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [i + 100, true]));

/**
 * Requests to one engine. docker-modem writes them and its callbacks are trusted for nothing else: bodies are read
 * here, bounded, each request has a deadline, and a connection that closes early is a failure, never silence.
 */
export class Wire {
  private readonly modem: Docker["modem"];
  private readonly agent: SocketAgent;
  /** Connections that were taken over: the agent no longer knows them. */
  private readonly taken = new Set<Duplex>();

  constructor(
    readonly where: ResolvedAddress,
    /** `v1.41`, or null for requests without a version. */
    version: string | null,
    private readonly patience = 1,
    /** Podman's imitation of the API differs in places. */
    readonly podman = false,
  ) {
    this.agent = new SocketAgent(where.address);
    this.modem = modemFor(where, version, this.agent);
  }

  /** A time limit as this connection's user wants it: see ConnectOptions.patience. */
  limit(ms: number): number {
    // Below a second a busy engine fails by chance; above 2^31 a timer of Node fires at once.
    return Math.min(Math.max(ms * this.patience, Math.min(ms, 1000)), 2 ** 31 - 1);
  }

  /** Cuts every connection that is still open. */
  close(): void {
    this.agent.destroy();
    for (const socket of this.taken) socket.destroy();
  }

  /** The answer's JSON, checked. */
  async json<T extends z.ZodType>(schema: T, call: Call): Promise<z.infer<T>> {
    const text = (await this.bytes(call)).toString("utf8");
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw this.garbage(call, `no JSON: ${printable(text, 200)}`, cause);
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw this.garbage(call, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unexpected"}`);
  }

  /** The answer's body, whole. */
  async bytes(call: Call): Promise<Buffer> {
    return this.within(call, async (signal) => {
      const answer = await this.dial(call, signal);
      return readWhole(this.expectAnswer(call, answer), MAX_BODY, () =>
        lostConnection(this.where, call.what),
      );
    });
  }

  /**
   * The answer's body as a stream; the deadline ends with its headers. The stream fails where the connection is cut:
   * only one that ended with `complete` is whole.
   */
  async stream(call: Call): Promise<IncomingMessage> {
    return this.within(call, async (signal) => this.expectAnswer(call, await this.dial(call, signal)));
  }

  /** Takes the connection over after an upgrade: raw bytes both ways. */
  async hijack(call: Call): Promise<Duplex> {
    return this.within(call, async (signal) => {
      const answer = await this.dial(call, signal, true);
      if (!("statusCode" in answer)) {
        const socket = answer as Duplex;
        this.taken.add(socket);
        socket.once("close", () => this.taken.delete(socket));
        return socket;
      }
      const response = await this.expectAnswer(call, answer);
      response.destroy();
      throw this.garbage(call, `status ${response.statusCode} in place of an upgrade`);
    });
  }

  garbage(call: Pick<Call, "what">, why: string, cause?: unknown): Failure {
    return infrastructure(
      `${call.what}: the engine at ${this.where.text} gave an answer that makes no sense (${printable(why, 300)})`,
      "check that the address is that of a Docker or Podman engine",
      cause,
    );
  }

  /** Runs `work` under the call's deadline and signal; whatever it does, this promise settles in time. */
  private async within<T>(call: Call, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal: asked } = call;
    const deadlineMs = this.limit(call.deadlineMs ?? DEFAULT_DEADLINE_MS);
    if (asked?.aborted) throw interrupted();
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    const ended = new Promise<never>((_, reject) => {
      const end = (why: Failure): void => {
        reject(why);
        controller.abort(why);
      };
      timer = setTimeout(() => end(overDeadline(this.where, call.what, deadlineMs)), deadlineMs);
      onAbort = () => end(interrupted());
      asked?.addEventListener("abort", onAbort, { once: true });
    });
    try {
      return await Promise.race([work(controller.signal), ended]);
    } catch (error) {
      call.upload?.destroy();
      if (error instanceof Failure) throw error;
      if (controller.signal.aborted) throw controller.signal.reason;
      throw noEngine(this.where, error) ?? lostConnection(this.where, call.what, error);
    } finally {
      clearTimeout(timer);
      if (onAbort) asked?.removeEventListener("abort", onAbort);
    }
  }

  private dial(call: Call, signal: AbortSignal, hijack = false): Promise<IncomingMessage | Duplex> {
    const { method = "GET", path, query = {}, body, upload, headers = {} } = call;
    return new Promise((resolve, reject) => {
      this.modem.dial(
        {
          path: `${path}?`,
          method,
          // A copy: docker-modem writes into it.
          headers: { ...headers },
          options: { _query: query, _body: body ?? {} },
          // An empty file makes an empty body of known length; docker-modem would otherwise put the query into the body
          // of an upgrade, where it can reach the container's stdin.
          ...(upload ? { file: upload } : hijack ? { file: Buffer.alloc(0) } : {}),
          hijack,
          isStream: true,
          statusCodes: ANY_STATUS,
          abortSignal: signal,
        },
        (error, answer) => {
          const result = answer as IncomingMessage | Duplex | null;
          if (error || result === null) return reject(error ?? new Error("no answer"));
          // Without a listener an error of a stream that nobody reads any more ends the process.
          result.on("error", () => undefined);
          if (signal.aborted) result.destroy();
          resolve(result);
        },
      );
    });
  }

  private async expectAnswer(call: Call, answer: IncomingMessage | Duplex): Promise<IncomingMessage> {
    const response = answer as IncomingMessage;
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const body = await readWhole(response, MAX_BODY, () => lostConnection(this.where, call.what));
    throw new Refusal(status, wordsOf(body), call.what);
  }
}

function wordsOf(body: Buffer): string {
  const text = body.toString("utf8");
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return printable(message, 2000);
  } catch {
    // Not JSON: a proxy's page, perhaps; its text is all that there is.
  }
  return printable(text, 500) || "no reason given";
}

async function readWhole(
  from: IncomingMessage | Promise<IncomingMessage>,
  limit: number,
  cut: () => Failure,
): Promise<Buffer> {
  const response = await from;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw infrastructure(`the engine's answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw cut();
  return Buffer.concat(chunks);
}

function modemFor(where: ResolvedAddress, version: string | null, agent: SocketAgent): Docker["modem"] {
  // docker-modem reads DOCKER_HOST and DOCKER_CERT_PATH by itself and throws where they are broken, though the address
  // is ours and may come from a flag.
  const saved = process.env["DOCKER_HOST"];
  delete process.env["DOCKER_HOST"];
  try {
    const options = {
      // Any path makes docker-modem speak plain HTTP to "localhost"; the agent decides what it connects to.
      socketPath: where.text,
      agent,
      ...(version === null ? {} : { version }),
    };
    return new Docker(options).modem;
  } finally {
    if (saved !== undefined) process.env["DOCKER_HOST"] = saved;
  }
}
