import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { carryImages } from "../docker/carry-images.js";
import { ask } from "../docker/raw.js";

const execute = promisify(execFile);
const NODES = 3;
const SUBNET = "10.213.0";
const REGISTRY_PORT = 5055;
const SAID = 32 * 1024;

/**
 * A swarm of three Docker engines on this machine and a registry beside it, each in a network namespace of its own, with disks and sockets of their
 * own: nothing of this machine's engine or network is touched. Node 1 is the manager. Takes root, dockerd, docker-registry and iproute2.
 */
export class ThreeEngines {
  private readonly daemons = new Map<string, ChildProcess>();
  private readonly prefix = `vv${process.pid % 1e5}n`;

  private constructor(private readonly folder: string) {}

  static async start(): Promise<ThreeEngines> {
    const engines = new ThreeEngines(await mkdtemp(join(tmpdir(), "vivarium-swarm-")));
    try {
      await engines.network();
      await Promise.all([engines.registryServer(), ...[1, 2, 3].map((node) => engines.startNode(node))]);
      await engines.join();
    } catch (error) {
      await engines.remove();
      throw error;
    }
    return engines;
  }

  /** For --host: the manager's socket. */
  get host(): string {
    return `unix://${this.socket(1)}`;
  }

  /** For --registry. */
  get registry(): string {
    return `${SUBNET}.1:${REGISTRY_PORT}`;
  }

  /** Gives the manager images of this machine's engine. */
  take(images: readonly string[]): Promise<void> {
    return carryImages(images, this.host);
  }

  /** As the kernel does it where memory ends, or the power goes; its containers run on, and nobody hears them. */
  async kill(node: number): Promise<void> {
    const daemon = this.daemons.get(`node ${node}`);
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const gone = once(daemon, "exit");
    daemon.kill("SIGKILL");
    await gone;
    await rm(join(this.folder, String(node), "exec-root/containerd/containerd.pid"), { force: true });
  }

  /** The machine that the engine was killed on starts again: what ran there is gone. */
  async restart(node: number): Promise<void> {
    await this.killProcesses(join(this.folder, String(node)));
    await this.startNode(node);
  }

  /** Parts a node from the others, as where its cable is pulled, or joins it again. */
  async part(node: number, parted: boolean): Promise<void> {
    await this.inside(0, ["ip", "link", "set", `e${node}`, parted ? "down" : "up"]);
  }

  /** Resolves when the manager finds every node ready. Throws after two minutes. */
  async ready(): Promise<void> {
    for (let tries = 0; tries < 240; tries++) {
      const { body } = await ask("GET", "/nodes", undefined, this.socket(1));
      const nodes = body as { Status: { State: string } }[];
      if (nodes.length === NODES && nodes.every(({ Status }) => Status.State === "ready")) return;
      await sleep(500);
    }
    throw new Error("a node of the swarm did not come back");
  }

  /** Names of the services that the swarm has, whoever made them. */
  async services(): Promise<string[]> {
    const { body } = await ask("GET", "/services", undefined, this.socket(1));
    return (body as { Spec: { Name: string } }[]).map(({ Spec }) => Spec.Name);
  }

  /** What campaigns left on a node, by name: containers of tasks, and networks that led nowhere. */
  async left(node: number): Promise<string[]> {
    const [tasks, networks] = await Promise.all(
      ["/containers/json?all=1", "/networks"].map(async (path) => {
        const { body } = await ask("GET", path, undefined, this.socket(node));
        return body as { Name?: string; Names?: string[] }[];
      }),
    );
    const names = [...(tasks ?? []), ...(networks ?? [])].flatMap(({ Name = [], Names = [] }) => [
      Name,
      Names,
    ]);
    return names.flat().filter((name) => /^\/?vivarium-/.test(name));
  }

  /** Ends everything, and removes all of it. */
  async remove(): Promise<void> {
    for (const daemon of this.daemons.values()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const gone = once(daemon, "exit");
      daemon.kill("SIGTERM");
      await gone;
    }
    await this.killProcesses(this.folder);
    for (let node = 0; node <= NODES; node++)
      await execute("ip", ["netns", "delete", `${this.prefix}${node}`]).catch(() => undefined);
    const mounts = (await readFile("/proc/self/mountinfo", "utf8"))
      .split("\n")
      .map((line) => line.split(" ")[4] ?? "");
    for (const mount of mounts.filter((each) => each.startsWith(this.folder)).reverse())
      await execute("umount", ["--lazy", mount]).catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Path of a node's socket. */
  socket(node: number): string {
    return join(this.folder, String(node), "d.sock");
  }

  /** A bridge in a namespace of its own, so that this machine's packet filter has no say in it. */
  private async network(): Promise<void> {
    for (let node = 0; node <= NODES; node++) await execute("ip", ["netns", "add", `${this.prefix}${node}`]);
    await this.inside(0, ["ip", "link", "set", "lo", "up"]);
    await this.inside(0, ["ip", "link", "add", "br0", "type", "bridge"]);
    await this.inside(0, ["ip", "address", "add", `${SUBNET}.1/24`, "dev", "br0"]);
    await this.inside(0, ["ip", "link", "set", "br0", "up"]);
    for (let node = 1; node <= NODES; node++) {
      const peer = ["peer", "name", "eth0", "netns", `${this.prefix}${node}`];
      await this.inside(0, ["ip", "link", "add", `e${node}`, "type", "veth", ...peer]);
      await this.inside(0, ["ip", "link", "set", `e${node}`, "master", "br0", "up"]);
      await this.inside(node, ["ip", "address", "add", `${SUBNET}.1${node}/24`, "dev", "eth0"]);
      await this.inside(node, ["ip", "link", "set", "eth0", "up"]);
      await this.inside(node, ["ip", "link", "set", "lo", "up"]);
      await this.inside(node, ["ip", "route", "add", "default", "via", `${SUBNET}.1`]);
    }
  }

  private inside(node: number, command: readonly string[]) {
    // Not `ip netns exec`, which hides /sys/fs/cgroup.
    return execute("nsenter", [`--net=/run/netns/${this.prefix}${node}`, ...command]);
  }

  private async startNode(node: number): Promise<void> {
    const folder = join(this.folder, String(node));
    await mkdir(folder, { recursive: true });
    const own = ["data-root", "exec-root", "pidfile"].flatMap((name) => [`--${name}`, join(folder, name)]);
    await this.daemon(node, `node ${node}`, "API listen on", [
      "dockerd",
      ...own,
      "-H",
      `unix://${this.socket(node)}`,
      "--insecure-registry",
      this.registry,
    ]);
  }

  private async registryServer(): Promise<void> {
    const configuration = join(this.folder, "registry.yml");
    await writeFile(
      configuration,
      [
        "version: 0.1",
        `storage: { filesystem: { rootdirectory: ${join(this.folder, "registry")} } }`,
        `http: { addr: "${this.registry}" }`,
        "",
      ].join("\n"),
    );
    await this.daemon(0, "registry", "listening on", ["docker-registry", "serve", configuration]);
  }

  /** Starts a program of a node and waits until it has said that it serves. */
  private async daemon(node: number, name: string, ready: string, command: readonly string[]): Promise<void> {
    const child = spawn("nsenter", [`--net=/run/netns/${this.prefix}${node}`, ...command], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.daemons.set(name, child);
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`${name} ended: ${said.slice(-2000)}`)));
      child.stderr.on("data", (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-SAID);
        if (said.includes(ready)) resolve();
      });
    });
  }

  private async join(): Promise<void> {
    const manager = `${SUBNET}.11:2377`;
    await this.swarm(1, "init", { ListenAddr: "0.0.0.0:2377", AdvertiseAddr: `${SUBNET}.11` });
    const { body } = await ask("GET", "/swarm", undefined, this.socket(1));
    const token = (body as { JoinTokens: { Worker: string } }).JoinTokens.Worker;
    for (let node = 2; node <= NODES; node++)
      await this.swarm(node, "join", {
        ListenAddr: "0.0.0.0:2377",
        AdvertiseAddr: `${SUBNET}.1${node}`,
        RemoteAddrs: [manager],
        JoinToken: token,
      });
  }

  private async swarm(node: number, what: "init" | "join", body: object): Promise<void> {
    const { status, body: answer } = await ask("POST", `/swarm/${what}`, body, this.socket(node));
    if (status !== 200) throw new Error(`swarm ${what} on node ${node}: ${status} ${JSON.stringify(answer)}`);
  }

  /** What killed engines left running, known by their folder. */
  private async killProcesses(folder: string): Promise<void> {
    const { stdout } = await execute("ps", ["-eo", "pid,args"]);
    for (const line of stdout.split("\n")) {
      const [, pid, rest = ""] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
      if (pid !== undefined && rest.includes(folder) && Number(pid) !== process.pid)
        try {
          process.kill(Number(pid), "SIGKILL");
        } catch {
          // It ended meanwhile.
        }
    }
  }
}
