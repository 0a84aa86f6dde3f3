import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { SOCKET } from "./raw.js";

/** What goes wrong with one request. Byte counts are of the engine's answer, its head included. */
export type Fault =
  /** The connection is reset before the engine hears of the request. */
  | { readonly kind: "cut-before" }
  /** The engine has the request and goes on with it; the connection to vivarium is reset at once. */
  | { readonly kind: "cut-sent" }
  /** The engine carries the request out (or begins to); the connection is reset after so many bytes of the answer. */
  | { readonly kind: "cut-after"; readonly bytes: number }
  /** As cut-after, but with an orderly end (FIN) in place of a reset. */
  | { readonly kind: "end-after"; readonly bytes: number }
  /** The engine hears nothing, and nothing comes back. */
  | { readonly kind: "stall-before" }
  /** Nothing comes any more after so many bytes of the answer; the connection stays open. */
  | { readonly kind: "stall-after"; readonly bytes: number }
  /** The answer comes a few bytes at a time. */
  | { readonly kind: "slow"; readonly bytes: number }
  /** After so many bytes of the answer, noise. */
  | { readonly kind: "garbage"; readonly bytes: number }
  /** The proxy answers; the engine hears of the request only where `forward` says so. */
  | { readonly kind: "status"; readonly status: number; readonly forward: boolean };

/** Where a byte count begins: at the answer's first byte, or after its head (status line and headers). */
export interface Injection {
  readonly fault: Fault;
  /** Which requests: `any`, or `POST /containers/create` matches a method and a part of the path, without version and query. */
  readonly on: string;
  /** Count bytes from the end of the answer's head. */
  readonly ofBody?: boolean;
  /** How many matching requests it hits; default 1. */
  readonly times?: number;
  /** How many matching requests pass unharmed before; default 0. */
  readonly skip?: number;
}

interface Armed extends Injection {
  left: number;
  toSkip: number;
}

/**
 * A proxy between vivarium and the engine's socket that does harm on demand, a request at a time (vivarium opens one
 * connection for each). It knows nothing of vivarium. It listens on
 * loopback TCP, not on a unix socket: only TCP knows a reset.
 */
export class FaultProxy {
  /** Every request that came, `GET /images/json`, in order. */
  readonly requests: string[] = [];
  /** The first bytes of each of them: its head, and what came with it. */
  readonly heads: string[] = [];
  /** Requests that were harmed. */
  readonly hits: string[] = [];
  /** Of each request whose connection was reset once it was sent: that the engine, which goes on with it, has answered. */
  readonly carriedOut: Promise<void>[] = [];
  private armed: Armed[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly engine: string,
  ) {}

  /** Opens a proxy to the engine's socket. */
  static async open(engine = SOCKET): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true });
    const proxy = new FaultProxy(server, engine);
    server.on("connection", (client) => proxy.serve(client));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return proxy;
  }

  /** For `connect({ host })`. */
  get host(): string {
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  inject(...injections: readonly Injection[]): void {
    this.armed.push(
      ...injections.map((each) => ({ ...each, left: each.times ?? 1, toSkip: each.skip ?? 0 })),
    );
  }

  /** No more harm from now on; what stalls goes on stalling. */
  heal(): void {
    this.armed = [];
  }

  /** Cuts every connection that is open, as an engine does that dies. */
  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Closes everything; also what stalls. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private serve(client: Socket): void {
    this.track(client);
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      if (!head.includes("\r\n\r\n")) return;
      client.off("data", onData);
      client.pause();
      const request = requestOf(head);
      this.requests.push(request);
      this.heads.push(head.toString("latin1"));
      const injection = this.take(request);
      if (injection) this.hits.push(request);
      this.relay(client, head, injection);
    };
    client.on("data", onData);
  }

  private relay(client: Socket, head: Buffer, injection: Injection | undefined): void {
    const fault = injection?.fault;
    if (fault?.kind === "cut-before") return void client.resetAndDestroy();
    if (fault?.kind === "stall-before") return;
    if (fault?.kind === "status" && !fault.forward) return answer(client, fault.status);

    const engine = connect(this.engine);
    this.track(engine);
    if (fault?.kind === "cut-sent") {
      // What the engine answers goes nowhere; the connection to it stays, as with a proxy that buffers.
      const answered = new Promise<void>((resolve) =>
        engine.once("data", () => resolve()).once("close", resolve),
      );
      this.carriedOut.push(answered);
      engine.resume();
      engine.write(head, () => client.resetAndDestroy());
      return;
    }
    engine.write(head);
    client.pipe(engine);
    client.on("close", () => engine.destroy());
    engine.on("close", () => client.end());
    if (fault === undefined) return void engine.pipe(client);
    if (fault.kind === "status") {
      engine.once("data", () => answer(client, fault.status));
      return;
    }
    harm(engine, client, fault, injection?.ofBody === true);
  }

  private take(request: string): Injection | undefined {
    const found = this.armed.find(({ on, left }) => left > 0 && matches(on, request));
    if (found === undefined) return undefined;
    if (found.toSkip > 0) {
      found.toSkip--;
      return undefined;
    }
    found.left--;
    return found;
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  }
}

type Harm = Exclude<Fault, { kind: "cut-before" | "cut-sent" | "stall-before" | "status" }>;

/** Passes so many bytes of the answer on, then does the harm. */
function harm(engine: Socket, client: Socket, fault: Harm, ofBody: boolean): void {
  let passed = 0;
  let head: Buffer | null = ofBody ? Buffer.alloc(0) : null;
  let over = false;
  const trickle = (data: Buffer): void => {
    for (let at = 0; at < data.length; at += 7) client.write(data.subarray(at, at + 7));
  };
  const count = (data: Buffer): void => {
    if (over) return;
    const part = data.subarray(0, Math.max(0, fault.bytes - passed));
    passed += data.length;
    if (fault.kind === "slow") return trickle(data);
    if (part.length > 0) client.write(part);
    if (passed < fault.bytes) return;
    over = true;
    switch (fault.kind) {
      case "cut-after":
        // A reset that overtakes the bytes before it would be another fault.
        return void client.write("", () => setImmediate(() => client.resetAndDestroy()));
      case "end-after":
        return void client.end();
      case "garbage":
        return void client.write(Buffer.from("\x00\xff{]<html>\r\n\r\n\x07garbage".repeat(40), "latin1"));
      case "stall-after":
        return;
    }
  };
  engine.on("data", (chunk: Buffer) => {
    if (head === null) return count(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    client.write(head.subarray(0, end + 4));
    const body = head.subarray(end + 4);
    head = null;
    // Also for an empty beginning: "0 bytes of the body" is reached with the head.
    count(body);
  });
  engine.on("end", () => {
    if (fault.kind === "slow" || (!over && fault.kind !== "stall-after")) client.end();
  });
}

function answer(client: Socket, status: number): void {
  const body = JSON.stringify({ message: "injected fault" });
  client.end(
    `HTTP/1.1 ${status} Injected\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function requestOf(head: Buffer): string {
  const [method = "", target = ""] = head.toString("latin1").split("\r\n", 1)[0]?.split(" ") ?? [];
  return `${method} ${target.replace(/\?.*$/, "").replace(/^\/v[\d.]+(?=\/)/, "")}`;
}

/** `*` in the pattern stands for one part of a path. */
function matches(pattern: string, request: string): boolean {
  if (pattern === "any") return true;
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]+");
  return new RegExp(`^${source}$`).test(request);
}
