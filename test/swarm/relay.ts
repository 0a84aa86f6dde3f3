import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A connection to an engine's socket that can be cut: then every connection is reset, and none comes through. */
export class Relay {
  private readonly sockets = new Set<Socket>();
  private cut = false;

  private constructor(
    private readonly server: Server,
    private readonly path: string,
  ) {}

  static async to(path: string): Promise<Relay> {
    const server = createServer();
    const relay = new Relay(server, path);
    server.on("connection", (socket) => relay.pass(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return relay;
  }

  /** For --host. */
  get host(): string {
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Cuts it, or mends it. */
  set isCut(cut: boolean) {
    this.cut = cut;
    if (cut) for (const socket of this.sockets) socket.resetAndDestroy();
  }

  close(): void {
    this.isCut = true;
    this.server.close();
  }

  private pass(near: Socket): void {
    near.on("error", () => undefined);
    if (this.cut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.path);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on("error", () => other.destroy());
      socket.on("close", () => other.destroy());
    }
    this.sockets.add(near);
    near.on("close", () => this.sockets.delete(near));
    near.pipe(far);
    far.pipe(near);
  }
}
