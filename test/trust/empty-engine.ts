import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";

/** An engine of its own, without a single image or a cached step: another machine, as far as images go. */
export interface EmptyEngine {
  readonly host: string;
  /** Ends it, and removes all that it kept. */
  stop(): Promise<void>;
}

/** Starts a second Docker daemon beside the first; needs root and dockerd on this machine. */
export async function startEmptyEngine(): Promise<EmptyEngine> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-engine-"));
  // Two daemons on one bridge would give the same addresses away; a link's name has at most 15 characters.
  const bridge = `vivarium${process.pid % 1e6}`;
  await execa("ip", ["link", "add", bridge, "type", "bridge"]);
  await execa("ip", ["addr", "add", `172.30.${process.pid % 250}.1/24`, "dev", bridge]);
  await execa("ip", ["link", "set", bridge, "up"]);
  const host = `unix://${join(folder, "engine.sock")}`;
  const daemon = spawn(
    "dockerd",
    [
      ...["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")],
      ...["--host", host, "--pidfile", join(folder, "pid"), "--bridge", bridge],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = once(daemon, "exit");
  const stop = async (): Promise<void> => {
    daemon.kill("SIGTERM");
    await ended;
    await execa("ip", ["link", "delete", bridge]);
    // A daemon leaves the mount of its own network namespace behind.
    const mounts = (await readFile("/proc/self/mounts", "utf8"))
      .split("\n")
      .map((line) => line.split(" ")[1]);
    for (const mount of mounts.filter((path) => path?.startsWith(`${folder}/`)).reverse())
      await execa("umount", [mount as string]);
    await rm(folder, { recursive: true, force: true });
  };
  const log = createWriteStream(join(folder, "log"));
  let listens = false;
  for await (const line of createInterface({ input: daemon.stderr })) {
    log.write(`${line}\n`);
    listens = line.includes("API listen on");
    if (listens) break;
  }
  daemon.stderr.pipe(log);
  if (listens) return { host, stop };
  const said = await readFile(join(folder, "log"), "utf8");
  await stop();
  throw new Error(`dockerd ended before it listened:\n${said.slice(-2000)}`);
}
