import { unlink } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { infrastructure, interrupted } from "../failure.js";

/**
 * Does `work` while no other process of this machine does work of the same name. The lock is a listening socket, so the
 * kernel frees it with its owner, however that one ends: there is nothing to take over and no stale file to judge.
 * A waiter learns of the end by its connection to the owner.
 */
export async function withLock<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const server = await acquire(address(name), signal);
  try {
    return await work();
  } finally {
    server.release();
  }
}

interface Held {
  release(): void;
}

async function acquire(path: string, signal: AbortSignal | undefined): Promise<Held> {
  for (;;) {
    if (signal?.aborted) throw interrupted();
    const held = await listen(path);
    if (held !== null) return held;
    await ownerGone(path, signal);
  }
}

/** Null where another process listens. */
function listen(path: string): Promise<Held | null> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<{ destroy(): void }>();
    const server: Server = createServer((socket) => {
      waiting.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => waiting.delete(socket));
    });
    server.unref();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(null);
      else reject(infrastructure(`no lock at ${printable(path)}: ${error.message}`, null, error));
    });
    server.listen(path, () => {
      resolve({
        release() {
          server.close();
          for (const socket of waiting) socket.destroy();
        },
      });
    });
  });
}

/** Resolves when the owner released the lock or died. */
function ownerGone(path: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(interrupted());
    const socket = createConnection(path);
    const stop = (): void => {
      socket.destroy();
      reject(interrupted());
    };
    signal?.addEventListener("abort", stop, { once: true });
    const done = (): void => {
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    socket.resume();
    socket.once("close", done);
    socket.once("error", (error: NodeJS.ErrnoException) => {
      // A socket file that nobody listens on: its owner died, where names are files. The next listen makes a new one.
      if (error.code === "ECONNREFUSED" && !path.startsWith("\0")) void unlink(path).then(done, done);
    });
  });
}

/** An abstract socket on Linux (no file at all), a named pipe on Windows, a file elsewhere. */
function address(name: string): string {
  const full = `vivarium-${process.platform === "win32" ? "" : `${userInfo().uid}-`}${name}`;
  if (process.platform === "linux") return `\0${full}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${full}`;
  return join(tmpdir(), `${full}.sock`);
}

function printable(path: string): string {
  return path.replace("\0", "@");
}
