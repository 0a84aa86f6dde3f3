import { badRequest } from "../../failure.js";
import type { ContainerRequest, Labels } from "../engine.js";

/** /dev/shm is a writable place too; it counts against the container's memory. */
const SHARED_MEMORY = 16 * 1024 * 1024;

/**
 * The body of a container's create: all that vivarium takes away from a program that may be hostile. Nothing of this host is
 * mounted, nothing of its environment passed on; see SECURITY.md.
 */
export function createBody(request: ContainerRequest, labels: Labels, podman = false): object {
  const { image, command, user, env, memory, processes, tmpfs, network, capabilities } = request;
  const { cpuset, cpus, ulimits = {}, tty = false, workingDir, writable = false, volumes = {} } = request;
  if (command.length === 0) throw badRequest("a container needs a command");
  return {
    Image: image,
    // As the entrypoint: an image's own would run before it.
    Entrypoint: command,
    Cmd: [],
    User: user,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    Hostname: "vivarium",
    ...(workingDir === undefined ? {} : { WorkingDir: workingDir }),
    Tty: tty,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    // Process 1 heeds no SIGTERM; an engine that ends, or that was killed and starts anew, would wait ten seconds for it.
    StopTimeout: 1,
    // An image's health check would start processes beside ours. Podman takes even "none" for one and asks systemd for a timer.
    ...(podman ? {} : { Healthcheck: { Test: ["NONE"] } }),
    HostConfig: {
      AutoRemove: false,
      NetworkMode: network,
      CapDrop: ["ALL"],
      CapAdd: capabilities,
      SecurityOpt: ["no-new-privileges"],
      ReadonlyRootfs: !writable,
      Memory: memory,
      // Equal: no swap.
      MemorySwap: memory,
      PidsLimit: processes,
      Tmpfs: tmpfs,
      ...nameService(request),
      ...(Object.keys(volumes).length === 0 ? {} : { Mounts: mounts(volumes) }),
      Ulimits: Object.entries({
        core: 0,
        ...(podman ? podmanUlimits(processes) : {}),
        ...ulimits,
      }).map(([Name, limit]) => ({
        Name,
        Soft: limit,
        Hard: limit,
      })),
      // Output goes over the attached stream alone; a flood must not fill the host's disk.
      LogConfig: { Type: "none", Config: {} },
      // The runner reaps and forwards; an init between would hide how it ended.
      Init: false,
      // The kernel takes the program, not its neighbours, where the host's own memory ends.
      OomScoreAdj: 500,
      IpcMode: "private",
      ShmSize: SHARED_MEMORY,
      ...(cpuset === undefined ? {} : { CpusetCpus: cpuset }),
      ...(cpus === undefined ? {} : { NanoCpus: cpus * 1e9 }),
    },
  };
}

/** Names, name servers, and parameters of its own network. */
function nameService({ hosts = {}, nameservers, sysctls = {} }: ContainerRequest): object {
  return {
    ...(Object.keys(hosts).length === 0
      ? {}
      : { ExtraHosts: Object.entries(hosts).map(([name, address]) => `${name}:${address}`) }),
    ...(nameservers === undefined ? {} : { Dns: nameservers }),
    ...(Object.keys(sysctls).length === 0 ? {} : { Sysctls: sysctls }),
  };
}

function mounts(volumes: NonNullable<ContainerRequest["volumes"]>): object[] {
  return Object.entries(volumes).map(([path, { name, readOnly }]) => ({
    Type: "volume",
    Source: name,
    Target: path,
    ReadOnly: readOnly,
  }));
}

/**
 * Limits that Podman would raise to a million wherever others are given, which an engine without CAP_SYS_RESOURCE (in a virtual
 * machine or a container of its own) may not. `nproc` counts a user's processes over all containers, so it must leave room
 * for them; what holds a program down is PidsLimit.
 */
function podmanUlimits(processes: number): Record<string, number> {
  return { nproc: Math.max(4096, processes), nofile: 1024 };
}
