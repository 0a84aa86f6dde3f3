import { existsSync } from "node:fs";
import { Failure, infrastructure } from "../../failure.js";
import type { ResolvedAddress } from "./address.js";
import { printable } from "../../text/printable.js";

/** The engine closed the connection before its answer was whole. */
export function lostConnection(where: ResolvedAddress, what: string, cause?: unknown): Failure {
  const { code, message } = (cause ?? {}) as NodeJS.ErrnoException;
  const why = code?.startsWith("HPE_")
    ? "what it sent is not HTTP"
    : message
      ? printable(message, 200)
      : "cut";
  return infrastructure(
    `${what}: the connection to the engine at ${where.text} was lost (${why})`,
    "check that the engine still runs ('docker version'), then run again",
    cause,
  );
}

/** The engine did not answer in time. */
export function overDeadline(where: ResolvedAddress, what: string, ms: number): Failure {
  return infrastructure(
    `${what}: the engine at ${where.text} did not answer within ${Math.round(ms / 1000)} s`,
    "check that the engine still runs ('docker version') and is not overloaded, then run again; VIVARIUM_PATIENCE=5 waits five times as long",
  );
}

/** The failure for a connection that could not be made, or null where `error` is of another kind. */
export function noEngine(where: ResolvedAddress, error: unknown): Failure | null {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  const at = `${where.text} (chosen by ${where.chosenBy})`;
  if (code === "EACCES" || code === "EPERM") {
    return infrastructure(
      `no permission to use the container engine at ${at}`,
      "join the group that owns the socket ('sudo usermod -aG docker $USER', then log in again)" +
        otherSockets(where),
      error,
    );
  }
  if (!unconnected(syscall) && !code?.startsWith("ERR_TLS") && !isCertificate(code)) return null;
  const remedy =
    isCertificate(code) || code?.startsWith("ERR_TLS")
      ? "check the TLS files of the context or of DOCKER_CERT_PATH"
      : where.address.kind === "unix"
        ? startIt(where.address.path)
        : "check the address and that the engine listens there";
  return infrastructure(
    `no container engine answers at ${at}: ${message}`,
    remedy + otherSockets(where),
    error,
  );
}

/** A socket in a user's own runtime folder is of an engine that the user starts. */
function startIt(path: string): string {
  const start = path.startsWith("/run/user/")
    ? `'systemctl --user start ${path.includes("podman") ? "podman.socket" : "docker"}'`
    : "'sudo systemctl start docker'";
  return `start it (${start}), install one (Debian: 'sudo apt-get install docker.io'), or name another with --host or DOCKER_HOST`;
}

/** Whether a request failed before there was a connection: the engine never heard of it, and did nothing. */
export function neverHeard(error: unknown): boolean {
  const { syscall } = (error instanceof Failure ? (error.cause ?? {}) : error) as NodeJS.ErrnoException;
  return unconnected(syscall);
}

function unconnected(syscall: string | undefined): boolean {
  return syscall === "connect" || syscall === "getaddrinfo";
}

function isCertificate(code: string | undefined): boolean {
  return code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code);
}

/** Sockets of other engines that are there: rootless Docker's, Podman's, Docker Desktop's. */
export function socketsFound(
  env: Readonly<Record<string, string | undefined>>,
  uid: number | undefined,
): string[] {
  const runtime = env["XDG_RUNTIME_DIR"] || (uid === undefined ? undefined : `/run/user/${uid}`);
  const home = env["HOME"];
  return [
    "/var/run/docker.sock",
    ...(runtime ? [`${runtime}/docker.sock`, `${runtime}/podman/podman.sock`] : []),
    ...(home ? [`${home}/.docker/run/docker.sock`] : []),
    "/run/podman/podman.sock",
  ].filter((path) => existsSync(path));
}

function otherSockets(where: ResolvedAddress): string {
  const tried = where.address.kind === "unix" ? where.address.path : null;
  const found = socketsFound(process.env, process.getuid?.()).filter((path) => path !== tried);
  return found.map((path) => `; an engine's socket lies at ${path}: try DOCKER_HOST=unix://${path}`).join("");
}
