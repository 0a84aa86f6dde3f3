import { beforeAll, describe, expect, it } from "vitest";
import { runOnce } from "../../src/run/runner/once.js";
import { openEngine } from "./engines.js";
import { runnerImage, testTask } from "./runner-image.js";

let image: string;
beforeAll(async () => {
  image = await runnerImage(await openEngine());
});

/** What an attempt says of its own surroundings. */
async function inside(...argv: string[]): Promise<string> {
  const task = testTask(image, ["/attempt", ...argv], {
    output: { head: 65536 },
    run: { env: { GIVEN: "yes" } },
  });
  const { status, output } = await runOnce(await openEngine(), task, new AbortController().signal);
  expect(status).toBe(0);
  return output?.stdout.head.toString() ?? "";
}

describe("seen from inside, an attempt", () => {
  it("is an unprivileged user without capabilities, behind a system call filter", async () => {
    const status = await inside("copy", "/proc/self/status");
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1]?.trim();
    expect(field("Uid")).toBe("65534\t65534\t65534\t65534");
    expect(field("Gid")).toBe("65534\t65534\t65534\t65534");
    expect(
      field("Groups")
        ?.split(/\s+/)
        .filter((group) => group !== "65534" && group !== ""),
    ).toEqual([]);
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
      expect([set, field(set)]).toEqual([set, "0000000000000000"]);
    expect(field("NoNewPrivs")).toBe("1");
    expect(field("Seccomp")).toBe("2");
  });

  it("is refused all that takes privilege", async () => {
    expect(await inside("privileges", "")).toBe("22 tried\n");
  });

  it("is refused doors into the kernel that engines leave open, as by a kernel without them", async () => {
    expect((await inside("filtered", "")).trimEnd().split("\n")).toEqual([
      "io_uring_setup: ENOSYS",
      "io_uring_enter: ENOSYS",
      "io_uring_register: ENOSYS",
      "keyctl: ENOSYS",
      "add_key: ENOSYS",
      "request_key: ENOSYS",
      "userfaultfd: ENOSYS",
      "socket of the hypervisor: EAFNOSUPPORT",
      "socket of the kernel's crypto: EAFNOSUPPORT",
      "socket of Bluetooth: EAFNOSUPPORT",
      "unix socket: allowed",
      "internet socket: allowed",
      "netlink socket: allowed",
      "32-bit 359(40): EAFNOSUPPORT",
      "32-bit 359(1): allowed",
      "32-bit 102(1): ENOSYS",
      "32-bit 288(0): ENOSYS",
      "32-bit 425(1): ENOSYS",
    ]);
  });

  it("can write to bounded memory file systems alone, and sees nothing of the host's", async () => {
    const all = (await inside("copy", "/proc/self/mountinfo"))
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [before = "", after = ""] = line.split(" - ");
        const [, , , root, point, options = ""] = before.split(" ");
        const [type, , superOptions = ""] = after.split(" ");
        return {
          root,
          point,
          type,
          readOnly: options.startsWith("ro"),
          bounded: /\bsize=\d+k/.test(superOptions),
        };
      });
    // A rootless engine may make no device, and mounts those of its host one by one: /dev/null, which also hides files of proc, and its like.
    const mounts = all.filter(
      ({ type, root = "" }) => type !== "devtmpfs" || !/^\/(null|zero|full|tty|u?random)$/.test(root),
    );
    expect(mounts.find(({ point }) => point === "/")).toMatchObject({ readOnly: true });
    // Proc, devices and queues are the kernel's; what of them takes a file is tested below.
    const kernel = ["proc", "sysfs", "devpts", "mqueue", "cgroup", "cgroup2"];
    for (const { point, type, readOnly, bounded } of mounts)
      if (!readOnly && !kernel.includes(type ?? ""))
        expect([point, type, bounded || point === "/sys/fs/cgroup"]).toEqual([point, "tmpfs", true]);
    // Three small files that the engine writes for each container, and cannot be written to.
    const fromHost = mounts.filter(
      ({ type, root }) => !kernel.includes(type ?? "") && type !== "tmpfs" && root !== "/",
    );
    expect(fromHost.map(({ point, readOnly }) => `${point} ${readOnly ? "ro" : "rw"}`).sort()).toEqual([
      "/etc/hostname ro",
      "/etc/hosts ro",
      "/etc/resolv.conf ro",
    ]);
    const places = [
      "/",
      "/etc",
      "/opt",
      "/opt/vivarium",
      "/dev",
      "/proc",
      "/sys",
      "/sys/fs/cgroup",
      "/repro",
    ];
    const refused = await inside(
      ...places.flatMap((place) => ["make", `${place}/new`]),
      "make",
      "/etc/hosts",
    );
    expect(refused.match(/refused$/gm)).toHaveLength(places.length + 1);
    expect(await inside("make", "/tmp/new", "make", "/dev/shm/new")).toBe(
      "/tmp/new made\n/dev/shm/new made\n",
    );
  });

  it("has no network but the loopback, and no way to the engine", async () => {
    const devices = (await inside("copy", "/proc/net/dev")).match(/^\s*(\S+):/gm)?.map((each) => each.trim());
    expect(devices).toEqual(["lo:"]);
    const sockets = [
      "/var/run/docker.sock",
      "/run/docker.sock",
      "/run/containerd/containerd.sock",
      "/.dockerenv",
    ];
    const found = await inside(...sockets.flatMap((path) => ["exists", path]));
    expect(found.match(/does not exist$/gm)).toHaveLength(3);
  });

  it("has the environment of its plan, and none of this machine's", async () => {
    process.env["VIVARIUM_TEST_SECRET"] = "secret";
    try {
      expect((await inside("environment", "")).trimEnd().split("\n").sort()).toEqual([
        "GIVEN=yes",
        "HOME=/tmp",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      ]);
    } finally {
      delete process.env["VIVARIUM_TEST_SECRET"];
    }
  });

  it("has no more of the CPUs than there are", async () => {
    const read = await inside(
      ...["/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"].flatMap((path) => ["copy", path]),
    );
    const quota = /^(\d+)/m.exec(read)?.[1];
    expect(Number(quota)).toBe((await (await openEngine()).facts()).cpus * 100_000);
  });

  it("has bounds on memory, processes, descriptors, and core files", async () => {
    const groups = await inside(
      ...["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].flatMap((path) => [
        "copy",
        path,
      ]),
      ...["/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"].flatMap((path) => ["copy", path]),
    );
    // Of the two versions of control groups, one is there. The runner itself is the 65th process.
    expect(groups.split("\n").filter((line) => /^\d+$/.test(line))).toEqual([String(64 << 20), "65"]);
    expect(await inside("limits", "")).toMatch(/^core ([01]) \1\nstack 8388608 -?\d+\nfiles 128 128\n$/);
  });
});
