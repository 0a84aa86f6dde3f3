import { configFolder, resolveAddress, type AddressSource } from "./address.js";
import { DockerEngine } from "./client.js";
import type { Engine } from "../engine.js";
import { askVersion, negotiate, podmanOf } from "../facts.js";
import { registryLogin } from "../image/registry-login.js";
import { Wire } from "./wire.js";

export interface ConnectOptions extends AddressSource {
  /** Multiplies every time limit of every request: more for an engine that is far or slow. Default 1. */
  readonly patience?: number;
}

/**
 * Finds the engine as docker's own client does, asks what it is and speaks the highest API version that both know.
 * Throws Failure("request") where the address makes no sense and Failure("infrastructure"), with what to do, where no
 * engine answers.
 */
export async function connect(options: ConnectOptions): Promise<Engine> {
  const where = resolveAddress(options);
  const version = await askVersion(where, options.patience);
  const api = negotiate(version);
  const folder = configFolder(options);
  return new DockerEngine(
    new Wire(where, `v${api}`, options.patience, podmanOf(version) !== null),
    version,
    api,
    (registry) => registryLogin(folder, registry),
  );
}
