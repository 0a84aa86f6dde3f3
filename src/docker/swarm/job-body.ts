import { badRequest } from "../../failure.js";
import type { Labels } from "../engine.js";
import type { JobRequest } from "./swarm.js";

/** Bytes of a job's log that a node keeps. Attempts report some hundred bytes each; a flood is bounded by the runner. */
const LOG_FILE = "256m";

/**
 * What a swarm's API cannot say of a container that a single engine's can. The runner denies attempts new privileges and puts its own system
 * call filter on them, whatever the engine does (SECURITY.md).
 */
export const UNSET = [
  "no-new-privileges of the container (the runner sets it for itself and for every attempt)",
  "a limit of swap",
  "a place of /tmp in memory that programs may be started from",
  "the size of /dev/shm",
] as const;

/**
 * The body of a service's create: one task that is never started again, confined as an attempt's container is (container/create-body.ts). Its log goes
 * through the driver `local`, which keeps every byte; json-file replaces what is no UTF-8.
 */
export function jobBody(
  request: JobRequest,
  name: string,
  labels: Labels,
  /** Null: the node's own bridge. */
  network: string | null,
): object {
  const { image, command, user, env, memory, processes, tmpfs, capabilities, cpus, ulimits = {} } = request;
  if (command.length === 0) throw badRequest("a job needs a command");
  if (!image.includes("@sha256:"))
    throw badRequest(`'${image}' is not an image by digest`, "push it to a registry of the swarm first");
  return {
    Name: name,
    Labels: labels,
    // Not ReplicatedJob: engines (20.10) let a removed job's task run on, and keep its container and its network for good.
    Mode: { Replicated: { Replicas: 1 } },
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Command: command,
        Labels: labels,
        Hostname: "vivarium",
        User: user,
        Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
        Dir: request.workingDir ?? "/",
        ReadOnly: true,
        Init: false,
        ...nameService(request),
        StopGracePeriod: 1e9,
        Healthcheck: { Test: ["NONE"] },
        CapabilityDrop: ["ALL"],
        CapabilityAdd: [...capabilities],
        Mounts: Object.entries(tmpfs).map(([path, options]) => tmpfsMount(path, options)),
        Ulimits: Object.entries({ core: 0, ...ulimits }).map(([Name, limit]) => ({
          Name,
          Soft: limit,
          Hard: limit,
        })),
      },
      Resources: {
        Limits: {
          MemoryBytes: memory,
          Pids: processes,
          ...(cpus === undefined ? {} : { NanoCPUs: Math.round(cpus * 1e9) }),
        },
      },
      RestartPolicy: { Condition: "none", MaxAttempts: 0 },
      Placement: {
        Constraints: [
          "node.platform.os == linux",
          ...(request.node === undefined ? [] : [`node.id == ${request.node}`]),
        ],
      },
      ...(network === null ? {} : { Networks: [{ Target: network }] }),
      LogDriver: { Name: "local", Options: { "max-size": LOG_FILE, "max-file": "1", compress: "false" } },
    },
  };
}

/** A tmpfs as a service mounts one, from `docker run --tmpfs`'s words: `rw,exec,size=64`. */
function tmpfsMount(path: string, options: string): object {
  const size = Number(/(?:^|,)size=(\d+)/.exec(options)?.[1] ?? 0);
  const mode = /(?:^|,)mode=([0-7]+)/.exec(options)?.[1];
  return {
    Type: "tmpfs",
    Target: path,
    TmpfsOptions: {
      ...(size > 0 ? { SizeBytes: size } : {}),
      ...(mode === undefined ? {} : { Mode: Number.parseInt(mode, 8) }),
    },
  };
}

/** As create-body.ts has them: a swarm's own words for names, name servers and parameters of the network. */
function nameService({ hosts = {}, nameservers, sysctls = {} }: JobRequest): object {
  return {
    ...(Object.keys(hosts).length === 0
      ? {}
      : { Hosts: Object.entries(hosts).map(([name, address]) => `${address} ${name}`) }),
    ...(nameservers === undefined ? {} : { DNSConfig: { Nameservers: nameservers } }),
    ...(Object.keys(sysctls).length === 0 ? {} : { Sysctls: sysctls }),
  };
}
