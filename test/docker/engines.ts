import { afterEach } from "vitest";
import { connect, type ConnectOptions } from "../../src/docker/connection/connect.js";
import type { Container, ContainerRequest, Engine } from "../../src/docker/engine.js";
import { FaultProxy } from "./proxy.js";

const toClose: (() => Promise<void> | void)[] = [];

// Whatever a test opened is closed after it, also where it failed: the newest first.
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

/** Closes something at the test's end. */
export function atEnd(close: () => Promise<void> | void): void {
  toClose.push(close);
}

/** A connection to the real engine; fails the test where there is none. */
export async function openEngine(options: Partial<ConnectOptions> = {}): Promise<Engine> {
  const engine = await connect({ env: process.env, ...options });
  atEnd(async () => {
    await engine.removeAllLive();
    engine.close();
  });
  return engine;
}

/** The engine behind a proxy that does harm on demand, with time limits cut short. */
export async function openFaultyEngine(patience = 0.05): Promise<{ engine: Engine; proxy: FaultProxy }> {
  const proxy = await FaultProxy.open();
  atEnd(() => proxy.close());
  const engine = await openEngine({ host: proxy.host, patience });
  atEnd(() => proxy.heal());
  return { engine, proxy };
}

/** A request for a container of the tiny image, confined as an attempt's is. */
export function tinyRequest(
  image: string,
  command: readonly string[],
  more: Partial<ContainerRequest> = {},
): ContainerRequest {
  return {
    image,
    command: ["/tiny", ...command],
    labels: { "vivarium.test": "tiny" },
    user: "65534:65534",
    env: {},
    memory: 64 * 1024 * 1024,
    processes: 32,
    tmpfs: { "/tmp": "rw,nosuid,nodev,size=1m" },
    network: "none",
    capabilities: [],
    ...more,
  };
}

/** All of a container's standard output. */
export async function outputOf(container: Container): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of container.stdout) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
