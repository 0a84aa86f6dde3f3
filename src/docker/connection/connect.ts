import { configFolder, resolveAddress, type AddressSource } from "./address.js";
import { DockerEngine } from "./client.js";
import type { Engine } from "../engine.js";
import { greet } from "../facts.js";
import { registryLogin } from "../image/registry-login.js";
import { Wire } from "./wire.js";

export interface ConnectOptions extends Omit<AddressSource, "env"> {
  /** Variables as docker's client reads them (DOCKER_HOST, DOCKER_CONTEXT, ...); default: this process's. */
  readonly env?: AddressSource["env"] | undefined;
  /** Multiplies every time limit of every request: more for an engine that is far or slow. Default 1. */
  readonly patience?: number;
}

/**
 * Finds the engine as docker's own client does, asks what it speaks and takes the highest API version that both know.
 * Throws Failure("request") where the address makes no sense and Failure("infrastructure"), with what to do, where no
 * engine answers. Whoever connects ends with `removeAllLive()` and `close()`.
 */
export async function connect({ env = process.env, ...options }: ConnectOptions = {}): Promise<Engine> {
  const source = { ...options, env };
  const where = resolveAddress(source);
  const { api, podman } = await greet(where, options.patience);
  const folder = configFolder(source);
  return new DockerEngine(new Wire(where, `v${api}`, options.patience, podman), api, (registry) =>
    registryLogin(folder, registry),
  );
}
