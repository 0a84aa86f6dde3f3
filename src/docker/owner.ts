import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process of a host, told from every later one with the same number. */
export interface Owner {
  /** Where its process number means anything: boot and PID namespace on Linux, the host's name elsewhere. */
  readonly host: string;
  readonly pid: number;
  /** Start time as the system counts it; opaque, compared for equality alone. */
  readonly started: string;
}

/** An owner as it was written into a label; null where that is none. */
export function ownerOf(text: string | undefined): Owner | null {
  try {
    const { host, pid, started } = JSON.parse(text ?? "") as Partial<Owner>;
    return typeof host === "string" && typeof pid === "number" && typeof started === "string"
      ? { host, pid, started }
      : null;
  } catch {
    return null;
  }
}

/** This process. */
export function thisOwner(): Owner {
  return { host: hostIdentity(), pid: process.pid, started: startTime(process.pid) ?? "unknown" };
}

/**
 * Whether a process is provably dead: its host is this one, and its number is free or belongs to a process that started at
 * another time. A process of another boot of this machine counts as unknown: a clone of the machine has the same identity.
 */
export function provablyDead(owner: Owner, host = hostIdentity()): boolean {
  if (owner.host !== host || !Number.isSafeInteger(owner.pid) || owner.pid <= 0) return false;
  const started = startTime(owner.pid);
  if (started === undefined) return false;
  return started === null || (owner.started !== "unknown" && started !== owner.started);
}

function hostIdentity(): string {
  if (process.platform !== "linux") return `${process.platform}:${hostname()}`;
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const namespace = readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
    return `linux:${boot}:${namespace}`;
  } catch {
    // Without an identity nothing can be proven; this one equals no other.
    return `unknown:${hostname()}:${process.pid}:${Date.now()}`;
  }
}

/** Start time of a process, null where there is none of that number, undefined where it cannot be told. */
function startTime(pid: number): string | null | undefined {
  if (process.platform !== "linux") return startTimeByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold anything; field 22 is the start in clock ticks.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, started] = [fields[0], fields[19]];
    // A zombie does nothing any more.
    return state === "Z" || state === "X" ? null : started;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // /proc may hide other users' processes (hidepid): then the number may still be taken.
    return code === "ENOENT" || code === "ESRCH" ? (signalled(pid) ? undefined : null) : undefined;
  }
}

function startTimeByPs(pid: number): string | null | undefined {
  if (!signalled(pid)) return null;
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      timeout: 5000,
    });
    return started.trim().replace(/\s+/g, " ") || undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process of that number is there, ours or not. */
function signalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
