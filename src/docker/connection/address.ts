import { readFileSync } from "node:fs";
import { join } from "node:path";
import { badRequest } from "../../failure.js";
import { currentContext, readContext } from "./contexts.js";
import type { TlsFiles } from "./tls-files.js";

/** Where the engine is. */
export type Address =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly tls: TlsFiles | null }
  | {
      readonly kind: "ssh";
      readonly host: string;
      readonly user: string | null;
      readonly port: number | null;
      /** Socket on the far side, null for its default. */
      readonly path: string | null;
    };

export interface ResolvedAddress {
  readonly address: Address;
  /** As a user would write it: `unix:///var/run/docker.sock`. */
  readonly text: string;
  /** `--host`, `DOCKER_HOST`, `context name`, `the default`. */
  readonly chosenBy: string;
}

/** What an engine's address is looked up from: flags, environment variables, the user's home folder. */
export interface AddressSource {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home?: string | undefined;
}

export const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** docker's configuration folder: `DOCKER_CONFIG`, else `~/.docker`. */
export function configFolder(source: AddressSource): string {
  return source.env["DOCKER_CONFIG"] || join(source.home ?? source.env["HOME"] ?? "/", ".docker");
}

/**
 * Finds the engine as docker's own client does: `--context`, `--host`, DOCKER_HOST, DOCKER_CONTEXT, the current context
 * of docker's config.json, the default socket; the first that is given wins. Throws Failure("request") where what was
 * given makes no sense.
 */
export function resolveAddress(source: AddressSource): ResolvedAddress {
  const { host, context, env } = source;
  const folder = configFolder(source);
  if (host && context) {
    throw badRequest(
      `--host ${host} and --context ${context} were both given`,
      "give one of them: a context names its host itself",
    );
  }
  if (context) return fromContext(folder, context, `--context ${context}`);
  if (host) return parseHost(host, "--host", envTls(env, folder));
  const fromEnv = env["DOCKER_HOST"];
  if (fromEnv) return parseHost(fromEnv, "DOCKER_HOST", envTls(env, folder));
  const envContext = env["DOCKER_CONTEXT"];
  if (envContext) return fromContext(folder, envContext, `DOCKER_CONTEXT ${envContext}`);
  const current = currentContext(folder);
  if (current !== null) return fromContext(folder, current, `docker's current context ${current}`);
  return parseHost(DEFAULT_HOST, "the default", null);
}

function fromContext(folder: string, name: string, chosenBy: string): ResolvedAddress {
  if (name === "default") return parseHost(DEFAULT_HOST, chosenBy, null);
  const context = readContext(folder, name, chosenBy);
  return parseHost(context.host, chosenBy, context.tls);
}

/** TLS as docker's environment variables ask for it, or null. */
function envTls(env: AddressSource["env"], folder: string): (() => TlsFiles) | null {
  const verify = Boolean(env["DOCKER_TLS_VERIFY"]);
  if (!verify && !env["DOCKER_TLS"]) return null;
  const from = env["DOCKER_CERT_PATH"] || folder;
  const read = (name: string): Buffer | null => {
    try {
      return readFileSync(join(from, name));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw badRequest(`${join(from, name)}: ${(cause as Error).message}`, "make it readable", cause);
    }
  };
  return () => ({ ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem"), verify });
}

type Tls = TlsFiles | (() => TlsFiles) | null;

/** Parses `unix://…`, `tcp://…`, `http(s)://…`, `ssh://…` or `HOST:PORT`. Throws a Failure("request") that says who chose it. */
export function parseHost(text: string, chosenBy: string, tls: Tls): ResolvedAddress {
  const whole = text.includes("://") ? text : `tcp://${text}`;
  try {
    if (whole.startsWith("unix://")) {
      const path = socketPath(whole);
      return { address: { kind: "unix", path }, text: `unix://${path}`, chosenBy };
    }
    if (whole.startsWith("npipe:"))
      throw new WrongAddress("Windows named pipes are not supported; run vivarium inside WSL");
    return { address: remoteAddress(whole, tls), text: whole, chosenBy };
  } catch (error) {
    if (!(error instanceof WrongAddress)) throw error;
    throw badRequest(
      `${chosenBy}: '${text}' is not an engine address: ${error.message}`,
      "write unix:///path/to/docker.sock, tcp://host:port or ssh://user@host",
    );
  }
}

/** Why a text is no engine's address. */
class WrongAddress extends Error {}

function socketPath(text: string): string {
  const path = text.slice("unix://".length) || "/var/run/docker.sock";
  if (!path.startsWith("/")) throw new WrongAddress("the socket's path must be absolute");
  return path;
}

function remoteAddress(text: string, tls: Tls): Address {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new WrongAddress("it cannot be parsed");
  // A WHATWG URL keeps the brackets of an IPv6 address; sockets and ssh want it bare.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (host === "") throw new WrongAddress("it names no host");
  if (url.password !== "") throw new WrongAddress("a password does not belong in an address");
  switch (url.protocol) {
    case "tcp:":
    case "http:":
    case "https:":
      return tcpAddress(url, host, tls);
    case "ssh:":
      return sshAddress(url, host);
    default:
      throw new WrongAddress(`the scheme ${url.protocol}// is unknown`);
  }
}

function tcpAddress(url: URL, host: string, tls: Tls): Address {
  if (url.pathname.length > 1) throw new WrongAddress("a path after the port is not supported");
  const files = typeof tls === "function" ? tls() : tls;
  const secure = url.protocol === "https:" || files !== null;
  return {
    kind: "tcp",
    host,
    port: portOf(url) ?? (secure ? 2376 : 2375),
    tls: secure ? (files ?? { ca: null, cert: null, key: null, verify: true }) : null,
  };
}

function sshAddress(url: URL, host: string): Address {
  const user = url.username === "" ? null : decoded(url.username);
  // ssh would take either for an option.
  if (host.startsWith("-") || user?.startsWith("-"))
    throw new WrongAddress("host and user may not begin with '-'");
  const path = url.pathname.length > 1 ? decoded(url.pathname) : null;
  return { kind: "ssh", host, user, port: portOf(url), path };
}

function portOf({ port }: URL): number | null {
  return port === "" ? null : Number(port);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new WrongAddress(`'${part}' has a % that begins no escape`);
  }
}
