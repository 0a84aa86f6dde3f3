import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pRetry, { AbortError } from "p-retry";
import { ancestorsOf, carryImages } from "../docker/carry-images.js";
import { ask } from "../docker/raw.js";

const execute = promisify(execFile);
/** What dockerd says when it takes requests. */
const READY = "API listen on";
const SAID = 64 * 1024;
/** Each dockerd of a machine takes the rules that all of them share out and in again as it starts: then the other one's are not as it thought. */
const SHARED_RULES = "iptables failed";

/** A Docker engine that is this test's alone, with its own disk and containers: it may be killed. Takes root and dockerd. */
export class OwnEngine {
  private dockerd: ChildProcess | null = null;
  private said = "";
  /**
   * What it has said of errors while it took requests. What it says as it starts is its own: on a busy machine its
   * containerd may answer late, and dockerd says so, ends that one and starts another.
   */
  readonly errors: string[] = [];
  /** A link's name has at most 15 characters. */
  private readonly bridge = `vivarium${process.pid % 1e6}`;

  private constructor(private readonly folder: string) {}

  static async start(): Promise<OwnEngine> {
    const engine = new OwnEngine(await mkdtemp(join(tmpdir(), "vivarium-dockerd-")));
    await engine.addBridge();
    await engine.start();
    return engine;
  }

  get socket(): string {
    return join(this.folder, "d.sock");
  }

  /** For DOCKER_HOST. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  /**
   * A bridge of its own: two daemons on one would give the same addresses away, and a daemon that is told to have none
   * deletes docker0, which is the other's.
   */
  private async addBridge(): Promise<void> {
    await execute("ip", ["link", "add", this.bridge, "type", "bridge"]);
    await execute("ip", ["addr", "add", `172.30.${process.pid % 250}.1/24`, "dev", this.bridge]);
    await execute("ip", ["link", "set", this.bridge, "up"]);
  }

  /** Starts it, again after it was killed; resolves when it takes requests. */
  start(): Promise<void> {
    return pRetry(() => this.startOnce(), { retries: 5, minTimeout: 200 });
  }

  private async startOnce(): Promise<void> {
    this.said = "";
    let ready = false;
    const own = ["data-root", "exec-root", "pidfile"].flatMap((name) => [
      `--${name}`,
      join(this.folder, name),
    ]);
    const dockerd = spawn("dockerd", [...own, "-H", this.host, "--bridge", this.bridge], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.dockerd = dockerd;
    await new Promise<void>((resolve, reject) => {
      dockerd.once("error", (cause) =>
        reject(
          new AbortError(
            new Error("no dockerd to be killed: sh scripts/setup.sh --test installs it", { cause }),
          ),
        ),
      );
      dockerd.once("exit", () => {
        const ended = new Error(`dockerd ended: ${this.said.slice(-2000)}`);
        if (!this.said.includes(SHARED_RULES)) return reject(new AbortError(ended));
        reject(ended);
      });
      dockerd.stderr.on("data", (chunk: Buffer) => {
        this.said = (this.said + chunk.toString()).slice(-SAID);
        const lines = chunk.toString().split("\n");
        if (ready) this.errors.push(...lines.filter((line) => /level=(error|fatal|panic)/.test(line)));
        ready ||= chunk.includes(READY);
        if (ready) resolve();
      });
    });
  }

  /** As the kernel does it where memory ends. Its containers run on, and nobody hears them. */
  async kill(): Promise<void> {
    if (!this.runs) return;
    this.dockerd?.kill("SIGKILL");
    await once(this.dockerd as ChildProcess, "exit");
    // Its containerd dies with it. Where nobody reaps that one at once, the next dockerd would take a zombie for alive.
    await rm(join(this.folder, "exec-root", "containerd", "containerd.pid"), { force: true });
  }

  /** Gives it the images, from this machine's engine, that `image` there was built from: its base and its environment. */
  async takeAncestorsOf(image: string): Promise<void> {
    await carryImages(await ancestorsOf(image), this.host);
  }

  /** The same of its base image alone. */
  async takeBaseOf(image: string): Promise<void> {
    await carryImages(await ancestorsOf(image, /^vivarium\/base:/), this.host);
  }

  /** Names of all its containers, whoever made them. */
  async containers(): Promise<string[]> {
    const { body } = await ask("GET", "/containers/json?all=1", undefined, this.socket);
    return (body as { Names: string[] }[]).flatMap(({ Names }) => Names);
  }

  /** Open files and resident memory (KiB) of its process. */
  size(): { readonly files: number; readonly kib: number } {
    const own = `/proc/${this.dockerd?.pid}`;
    const rss = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`${own}/status`, "utf8"))?.[1];
    return { files: readdirSync(`${own}/fd`).length, kib: Number(rss) };
  }

  /** Ends it, in order, and removes all that it had; also what one that was killed left mounted. */
  async remove(): Promise<void> {
    if (this.runs) {
      this.dockerd?.kill("SIGTERM");
      await once(this.dockerd as ChildProcess, "exit");
    }
    await execute("ip", ["link", "delete", this.bridge]);
    const mounts = (await readFile("/proc/self/mountinfo", "utf8"))
      .split("\n")
      .map((line) => line.split(" ")[4] ?? "");
    for (const mount of mounts.filter((each) => each.startsWith(this.folder)).reverse())
      await execute("umount", ["--lazy", mount]);
    await rm(this.folder, { recursive: true, force: true });
  }

  private get runs(): boolean {
    return this.dockerd !== null && this.dockerd.exitCode === null && this.dockerd.signalCode === null;
  }
}
