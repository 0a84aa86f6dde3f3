import { execa } from "execa";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What Podman needs where it may do little, such as in a virtual machine without systemd: no cgroups of systemd's, and none of
 * the limits that it would raise by default. On a common machine it changes nothing that is tested.
 */
const CONFIGURATION = `[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
`;

/** A Podman of the tests' own: its service on a socket, its images and containers in a folder that goes with it. */
export interface PodmanService {
  /** As `--host` takes it. */
  readonly host: string;
  stop(): Promise<void>;
}

/** Starts `podman system service`, and waits until it answers; fails where there is no podman. */
export async function startPodman(): Promise<PodmanService> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-podman-"));
  const socket = join(folder, "podman.sock");
  await writeFile(join(folder, "containers.conf"), CONFIGURATION);
  const env = { CONTAINERS_CONF: join(folder, "containers.conf") };
  const store = ["--root", join(folder, "root"), "--runroot", join(folder, "runroot")];
  const service = execa("podman", [...store, "system", "service", "--time=0", `unix://${socket}`], {
    env,
    // A container whose memory ends leaves a file `oom` there.
    cwd: folder,
    stdin: "ignore",
    reject: false,
  });
  const stop = async (): Promise<void> => {
    service.kill();
    await service;
    // Its storage driver mounts a folder onto itself, which a plain removal would trip over. Podman's own reset is not for here: it
    // takes more than one store.
    await execa("umount", ["--lazy", join(folder, "root/overlay")], { reject: false });
    await rm(folder, { recursive: true, force: true });
  };
  await ready(socket, "podman's service", service, stop);
  return { host: `unix://${socket}`, stop };
}

/** Resolves when a service answers on its socket; where it ends before, what is left of it is stopped, and its last words are thrown. */
export async function ready(
  socket: string,
  what: string,
  service: PromiseLike<object>,
  stop: () => Promise<void>,
): Promise<void> {
  try {
    await Promise.race([answers(socket), ended(what, service)]);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves when something listens on a socket; its coming into being is no event that Node tells. */
async function answers(socket: string): Promise<void> {
  for (;;) {
    const there = await new Promise<boolean>((resolve) => {
      const attempt = connect(socket, () => resolve(true)).on("error", () => resolve(false));
      attempt.on("connect", () => attempt.destroy());
    });
    if (there) return;
    await sleep(100);
  }
}

/** Rejects when a service ends, with its last words. */
async function ended(what: string, service: PromiseLike<object>): Promise<never> {
  const { shortMessage = "", stderr = "" } = (await service) as { shortMessage?: string; stderr?: string };
  throw new Error(`${what} ended: ${shortMessage} ${stderr}`);
}
