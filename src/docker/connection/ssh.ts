import { spawn, type ChildProcessByStdio } from "node:child_process";
import { Duplex, type Readable, type Writable } from "node:stream";
import { infrastructure } from "../../failure.js";
import type { Address } from "./address.js";

type SshAddress = Extract<Address, { kind: "ssh" }>;

/** Arguments for the system's ssh: never a prompt, never a host key that the user has not accepted before. */
export function sshArguments({ host, user, port, path }: SshAddress): string[] {
  return [
    ...["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=20"],
    ...["-o", "ServerAliveInterval=15", "-T"],
    ...(user === null ? [] : ["-l", user]),
    ...(port === null ? [] : ["-p", String(port)]),
    ...["--", host, "docker"],
    // ssh joins its arguments into a line for the far side's shell.
    ...(path === null ? [] : ["--host", `'unix://${path.replaceAll("'", `'\\''`)}'`]),
    ...["system", "dial-stdio"],
  ];
}

/** A connection to a far engine's socket through the system's ssh and `docker system dial-stdio`, as docker does it. */
export function connectSsh(address: SshAddress): Duplex {
  return new SshSocket(
    spawn("ssh", sshArguments(address), { stdio: ["pipe", "pipe", "pipe"] }),
    address.host,
  );
}

/** Looks enough like a net.Socket for node:http to run over it. */
class SshSocket extends Duplex {
  private said = "";

  constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, Readable>,
    host: string,
  ) {
    super({ allowHalfOpen: true });
    child.stdout.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.said = (this.said + chunk.toString("utf8")).slice(-2000);
    });
    child.stdin.on("error", () => undefined); // The child's end tells why, just below.
    child.on("error", (cause) =>
      this.destroy(infrastructure(`ssh cannot be run: ${cause.message}`, "install an ssh client", cause)),
    );
    child.on("close", (code) => {
      if (code === 0) this.push(null);
      else {
        this.destroy(
          infrastructure(
            `ssh ${host}: ${this.said.trim() || `ended with status ${code}`}`,
            `make 'ssh ${host} docker version' work first; an unknown host key must be accepted by you, there`,
          ),
        );
      }
    });
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.child.stdin.write(chunk, (error) => done(error ?? null));
  }

  override _final(done: (error?: Error | null) => void): void {
    this.child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.child.kill("SIGKILL");
    done(error);
  }

  // What node:http asks of a socket and a pipe to ssh has no use for.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
