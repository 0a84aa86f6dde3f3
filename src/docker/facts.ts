import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";
import { infrastructure } from "../failure.js";
import type { ResolvedAddress } from "./connection/address.js";
import type { EngineFacts } from "./engine.js";
import { printable } from "../text/printable.js";
import { Refusal } from "./refusal.js";
import { Wire } from "./connection/wire.js";

/** The API versions that this client is written for: Docker 20.10 speaks 1.41, the newest that was read is 1.51. */
const OLDEST = "1.41";
const NEWEST = "1.51";

const API_VERSION = /^\d+\.\d+$/;

const Version = z.looseObject({
  Version: z.string(),
  ApiVersion: z.string().regex(API_VERSION),
  MinAPIVersion: z.string().regex(API_VERSION).nullish(),
  KernelVersion: z.string().nullish(),
  Components: z.array(z.looseObject({ Name: z.string(), Version: z.string() })).nullish(),
});
type Version = z.infer<typeof Version>;

const Info = z.looseObject({
  ID: z.string().nullish(),
  Name: z.string().nullish(),
  DockerRootDir: z.string().nullish(),
  NCPU: z.number(),
  MemTotal: z.number(),
  KernelVersion: z.string().nullish(),
  CgroupVersion: z.string().nullish(),
  CgroupDriver: z.string().nullish(),
  MemoryLimit: z.boolean().nullish(),
  SwapLimit: z.boolean().nullish(),
  PidsLimit: z.boolean().nullish(),
  CPUSet: z.boolean().nullish(),
  CpuCfsQuota: z.boolean().nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  Rootless: z.boolean().nullish(),
  Warnings: z.array(z.string()).nullish(),
  OSType: z.string().nullish(),
});
type Info = z.infer<typeof Info>;

/** What must be known of an engine before anything else is asked of it. */
export interface Greeting {
  /** The API version to speak: `1.41`. */
  readonly api: string;
  /** Podman's imitation of the API differs in places. */
  readonly podman: boolean;
}

const ASK_VERSION = { what: "ask the engine's version", deadlineMs: 15_000 };

/**
 * Asks an engine which API it speaks, as docker's own client does: a ping names it in its headers and costs a tenth of `/version`, for which the
 * engine starts its components to ask them. Where the ping tells nothing, or a version that is not known here, `/version` decides. Throws
 * Failure("infrastructure") where no engine answers, or none that can be spoken to.
 */
export async function greet(where: ResolvedAddress, patience?: number): Promise<Greeting> {
  const wire = new Wire(where, null, patience);
  const headers = await pinged(wire);
  const api = headers["api-version"];
  if (typeof api === "string" && API_VERSION.test(api) && isSpoken(api))
    return { api, podman: headers["libpod-api-version"] !== undefined };
  const version = await askVersion(wire);
  return { api: negotiate(version), podman: podmanOf(version) !== null };
}

/** The headers of a ping's answer; none where the engine, or a proxy before it, refuses to be pinged. */
async function pinged(wire: Wire): Promise<IncomingHttpHeaders> {
  try {
    const answer = await wire.stream({ ...ASK_VERSION, path: "/_ping" });
    // It says OK and no more; unread, it would hold the connection.
    answer.resume();
    return answer.headers;
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}

function isSpoken(api: string): boolean {
  return compare(api, OLDEST) >= 0 && compare(api, NEWEST) <= 0;
}

function askVersion(wire: Wire): Promise<Version> {
  return wire.json(Version, { ...ASK_VERSION, path: "/version" });
}

/** The highest API version that both sides speak: `1.41`. Throws Failure("infrastructure") where there is none. */
export function negotiate({ Version: version, ApiVersion, MinAPIVersion }: Version): string {
  const highest = compare(ApiVersion, NEWEST) < 0 ? ApiVersion : NEWEST;
  const lowest = MinAPIVersion && compare(MinAPIVersion, OLDEST) > 0 ? MinAPIVersion : OLDEST;
  if (compare(highest, lowest) >= 0) return highest;
  const tooOld = compare(ApiVersion, OLDEST) < 0;
  throw infrastructure(
    `the engine (version ${version}) speaks API ${MinAPIVersion ?? "?"} to ${ApiVersion}, vivarium ${OLDEST} to ${NEWEST}`,
    tooOld ? "update the engine to Docker 20.10 or later" : "update vivarium",
  );
}

/** Numeric comparison of `major.minor`. */
function compare(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}

/** Podman's own name and version where the engine is one. */
function podmanOf(version: Version): { readonly Name: string; readonly Version: string } | null {
  return version.Components?.find(({ Name }) => /podman/i.test(Name)) ?? null;
}

/** What is known of the engine at the wire's other end. `api`: the version that the wire speaks. */
export async function askFacts(wire: Wire, api: string): Promise<EngineFacts> {
  const [version, info] = await Promise.all([
    askVersion(wire),
    wire.json(Info, { what: "ask the engine's facts", path: "/info" }),
  ]);
  const podman = podmanOf(version);
  const limits = !withoutCgroups(info);
  return {
    id: identity(info),
    hostname: printable(info.Name ?? "", 200),
    name: printable(`${podman ? "Podman" : "Docker"} ${(podman ?? version).Version}`, 80),
    version: printable((podman ?? version).Version, 80),
    api,
    kernel: printable(info.KernelVersion ?? version.KernelVersion ?? "unknown", 120),
    cpus: info.NCPU,
    cpuLimit: limits && info.CpuCfsQuota === true,
    cpuset: limits && info.CPUSet !== false,
    processLimit: limits && info.PidsLimit !== false,
    memory: info.MemTotal,
    rootless: isRootless(info),
    address: wire.where.text,
    chosenBy: wire.where.chosenBy,
    warnings: missingLimits(info),
  };
}

/** Engines of one machine may share the id of its key, and so may machines that were cloned: name and folder tell those apart. */
function identity({ ID, Name, DockerRootDir }: Info): string {
  const all = [ID, Name, DockerRootDir].map((each) => each ?? "").join("\0");
  return createHash("sha256").update(all).digest("hex").slice(0, 24);
}

function isRootless(info: Info): boolean {
  return info.Rootless === true || (info.SecurityOptions ?? []).some((each) => /(^|=)rootless\b/.test(each));
}

/** Control groups of version 1 are root's alone: a rootless Docker says that it has none, Podman that all limits hold. */
function withoutCgroups(info: Info): boolean {
  return isRootless(info) && (info.CgroupDriver === "none" || info.CgroupVersion === "1");
}

/** Limits that vivarium sets and this engine would drop without a word. */
export function missingLimits(info: Info): string[] {
  // Then each of them is missing, whatever else the engine says.
  if (withoutCgroups(info)) {
    return [
      "neither memory, swap nor CPU time is limited, and processes only all together: " +
        "the engine is rootless without cgroups (cgroup v2 with systemd is needed)",
    ];
  }
  const missing = [
    info.MemoryLimit === false ? "memory is not limited" : null,
    info.SwapLimit === false ? "swap is not limited" : null,
    info.PidsLimit === false ? "the number of processes is not limited" : null,
    info.CpuCfsQuota === false ? "CPU time is not limited" : null,
    info.CPUSet === false ? "the engine cannot choose CPUs" : null,
  ].filter((each) => each !== null);
  // Of the engine's own warnings those that concern limits; others are about its configuration.
  const own = (info.Warnings ?? []).filter((each) => /limit|cgroup|swap|memory|cpu|pids/i.test(each));
  return [...missing, ...own.map((each) => printable(each, 300))];
}
