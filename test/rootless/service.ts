import { execa } from "execa";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ready } from "../podman/service.js";

/**
 * Run by root: an ordinary user of the tests' own, with subordinate ids and this clone where that user may read it, in a mount namespace. So
 * nothing of the machine is changed, and all of it is gone with its last process. Where no udev gave everybody /dev/net/tun and
 * /dev/fuse, as on every common machine, it does so here.
 */
const USER = 54_321;
const AS_ROOT = `set -e
folder=$1; clone=$2; shift 2
{ cat /etc/passwd; echo "vivarium-test:x:${USER}:${USER}::$folder/home:/bin/sh"; } > "$folder/passwd"
echo "vivarium-test:1000000:65536" > "$folder/subids"
mkdir "$folder/clone" "$folder/devices"
mount --bind "$folder/passwd" /etc/passwd
mount --bind "$folder/subids" /etc/subuid
mount --bind "$folder/subids" /etc/subgid
mount --bind "$clone" "$folder/clone"
mount -t tmpfs -o mode=755 devices "$folder/devices"
mknod -m 666 "$folder/devices/tun" c 10 200
mknod -m 666 "$folder/devices/fuse" c 10 229
mount --bind "$folder/devices/tun" /dev/net/tun
mount --bind "$folder/devices/fuse" /dev/fuse
chown -R ${USER}:${USER} "$folder/home" "$folder/run"
exec "$@"
`;

/** A rootless Docker of the tests' own: its socket in a folder that goes with it. */
export interface RootlessService {
  /** As `--host` takes it. */
  readonly host: string;
  /** What a command line begins with that the engine's user is to run, in the user's home. */
  readonly asUser: readonly string[];
  /** This clone, as that user sees it. */
  readonly clone: string;
  stop(): Promise<void>;
}

/** Starts dockerd-rootless.sh, and waits until the engine answers; fails where it, or what it needs, is not there. */
export async function startRootless(): Promise<RootlessService> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-rootless-"));
  const [home, run] = [join(folder, "home"), join(folder, "run")];
  await chmod(folder, 0o755);
  await Promise.all([mkdir(home), mkdir(run, { mode: 0o700 })]);
  const socket = join(run, "docker.sock");
  const root = process.getuid?.() === 0;
  const identity = root ? ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups", "--"] : [];
  const surroundings = [
    ...[
      "env",
      "-i",
      `--chdir=${home}`,
      `HOME=${home}`,
      `XDG_RUNTIME_DIR=${run}`,
      `DOCKER_HOST=unix://${socket}`,
    ],
    // Debian keeps the script beside its documentation; Docker's own packages have it on the PATH.
    `PATH=${process.env["PATH"]}:/usr/sbin:/sbin:/usr/share/docker.io/contrib`,
  ];
  const begin = root
    ? ["unshare", "--mount", "--propagation", "private", "sh", "-c", AS_ROOT, "sh", folder, process.cwd()]
    : [];
  const [command = "", ...args] = [...begin, ...identity, ...surroundings, "dockerd-rootless.sh"];
  const service = execa(command, args, { stdin: "ignore", reject: false, buffer: { stdout: false } });
  const inside = root ? ["nsenter", "--mount", `--target=${service.pid}`, "--"] : [];
  const asUser = [...inside, ...identity, ...surroundings];
  const stop = async (): Promise<void> => {
    service.kill();
    await service;
    // What belongs to subordinate ids only root, or root of the user's namespace, may remove.
    if (!root) await execa("rootlesskit", ["rm", "-rf", home], { reject: false });
    await rm(folder, { recursive: true, force: true });
  };
  await ready(socket, "dockerd-rootless.sh", service, stop);
  return { host: `unix://${socket}`, asUser, clone: root ? join(folder, "clone") : process.cwd(), stop };
}
