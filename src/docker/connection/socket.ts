import { Agent, type AgentOptions } from "node:http";
import { connect as connectPlain } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { inspect } from "node:util";
import type { Address } from "./address.js";
import type { TlsFiles } from "./tls-files.js";
import { connectSsh } from "./ssh.js";

/**
 * Opens one connection to the engine for each request. Connections are not kept: a kept one may die between two
 * requests, and then nobody can tell whether the second was carried out.
 */
export class SocketAgent extends Agent {
  constructor(private readonly address: Address) {
    // Node would look whether the engine's path is an internet address.
    super({ keepAlive: false, servername: "" } as AgentOptions);
  }

  override createConnection(
    _options: unknown,
    _callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex {
    return connectTo(this.address);
  }

  /** docker-modem writes each request, with all that hangs on its agent, into a debug message, wanted or not: milliseconds each. */
  [inspect.custom](): string {
    return `SocketAgent (${this.address.kind})`;
  }
}

function connectTo(address: Address): Duplex {
  switch (address.kind) {
    case "unix":
      return connectPlain({ path: address.path });
    case "tcp": {
      const { host, port, tls } = address;
      // Keep-alive probes notice a host that vanished while a campaign waits for a container's end.
      const common = { host, port, keepAlive: true, keepAliveInitialDelay: 30_000 };
      return tls === null ? connectPlain(common) : connectTls({ ...common, ...tlsOptions(host, tls) });
    }
    case "ssh":
      return connectSsh(address);
  }
}

function tlsOptions(host: string, { ca, cert, key, verify }: TlsFiles) {
  return {
    servername: /^[\d.]+$|:/.test(host) ? "" : host,
    rejectUnauthorized: verify,
    minVersion: "TLSv1.2" as const,
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
  };
}
