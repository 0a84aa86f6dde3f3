import { posix } from "node:path";
import type { ContainerRequest, Labels } from "../../docker/engine.js";
import type { Claim } from "../../images/instrument.js";
import { outputOf, SOURCES } from "../../images/recipe/shape.js";
import { signalNumber } from "../../text/signal-name.js";
import type { Condition, RunPlan } from "../../plan/plan.js";
import type { MayTell } from "./protocol.js";
import type { HangLooks, RunnerConfig, RunnerService } from "./runner-config.js";

/** Where the runner lies in every environment image. */
const RUNNER = "/opt/vivarium/runner";
/** The only place that an attempt can surely write to. */
export const DIRECTORY = "/tmp";
/** A runner that hears nothing from us for so long ends, and its container with it. */
const SILENCE_MS = 10 * 60_000;
/** Descriptors that the runner needs for itself, whatever an attempt may have. */
const RUNNER_FILES = 256;
/** CPUs that an attempt may use at least: threads that race need two. */
const LEAST_CPUS = 2;
/**
 * Processes that attempts may have together where the engine limits none. The kernel counts them over all containers of a user, so it
 * must leave room for other campaigns: it keeps a fork bomb from the machine, not from its neighbours.
 */
const LEAST_PROCESSES = 4096;
const MiB = 1024 * 1024;

/** Looks at hangs, and the secret that gdb's answers bear. */
export interface Looks extends HangLooks {
  readonly mark: string;
}

/** One program to be run as attempts, and all that it is given. */
export interface Task {
  readonly image: string;
  /** Absolute path of the program, and its arguments. */
  readonly argv: readonly string[];
  readonly run: RunPlan;
  /** Absolute path of the repro's own program, where `argv` runs something else for it. */
  readonly program?: string;
  readonly condition: Condition | null;
  readonly output: Pick<RunnerConfig, "head" | "tail" | "keep">;
  readonly labels: Labels;
  /** Tasks that run at a time, this one among them; default 1. */
  readonly parallel?: number;
  /** As `scheduleText` gives it; absent: no scheduler. */
  readonly schedule?: string;
  /** How attempts that hang are looked at; absent: they are not. */
  readonly looks?: Looks | undefined;
  /** What must be ours in the image before anything of it counts; null for an image that is no environment's, as a benchmark's. */
  readonly instrument: Pick<Claim, "part" | "expected"> | null;
  /** Told as the engine is asked to start its container. */
  readonly onStarting?: (() => void) | undefined;
  /** What a person calls it, for messages: the environment, the capture. */
  readonly what: string;
}

/** The whole environment of an attempt. Nothing of this machine's own is in it, nor of the image's. */
export function attemptEnvironment(run: RunPlan, condition: Condition | null): Record<string, string> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: DIRECTORY,
    ...run.env,
    ...condition?.env,
    ...(condition && condition.padding > 0 ? { VIVARIUM_PADDING: "x".repeat(condition.padding) } : {}),
  };
}

/** Absolute path of the folder that an attempt runs in. */
export function attemptDirectory({ directory }: RunPlan): string {
  return directory === undefined ? DIRECTORY : posix.join(SOURCES, directory);
}

/** Absolute path in the image of what an attempt reads on standard input. */
export function attemptInput(run: RunPlan): string {
  return run.stdin === null ? "/dev/null" : `${SOURCES}/${run.stdin}`;
}

/** Services as the runner starts them. `$OUT` is the repro's program, and what is found by name alone lies beside it or among the sources. */
export function servicesOf(
  { run, condition }: Pick<Task, "run" | "condition">,
  program: string,
): RunnerService[] {
  const inherited = attemptEnvironment(run, condition);
  const output = outputOf(program);
  const told = (word: string): string =>
    word.replace(/\$\{?(OUTDIR|OUT)\b\}?/g, (_, name) => (name === "OUTDIR" ? output : program));
  return (run.services ?? []).map(({ name, command, env, ready, withinMs }) => ({
    name,
    argv: command.map(told),
    env: { ...inherited, PATH: `${output}:${SOURCES}:${inherited.PATH}`, ...env },
    directory: SOURCES,
    ready,
    withinMs,
  }));
}

/** How the runner is to make attempts of a task, on an engine that can limit a container's processes or cannot. */
export function runnerConfig(task: Task, processLimit: boolean): RunnerConfig {
  const { argv, run, condition, output, parallel = 1 } = task;
  return {
    argv,
    env: attemptEnvironment(run, condition),
    directory: attemptDirectory(run),
    stdin: attemptInput(run),
    tty: run.tty === true,
    timeoutMs: run.timeoutMs,
    silenceMs: SILENCE_MS,
    stack: stackOf(run, condition),
    files: run.limits.files,
    load: condition?.load ?? 0,
    processes: processLimit ? null : Math.max(LEAST_PROCESSES, run.limits.processes * parallel),
    // Also where the engine chooses them: it does no harm there.
    cpus: condition?.cpus?.split(",").map(Number) ?? [],
    looks: task.looks ?? null,
    services: servicesOf(task, task.program ?? argv[0] ?? ""),
    signals: (run.signals ?? []).map(({ signal, atMs }) => ({ number: signalNumber(signal) ?? 0, atMs })),
    ...output,
  };
}

/** What the runner of a task may tell beside output. */
export function mayTell({ schedule, looks, run }: Task): MayTell {
  return {
    schedules: schedule !== undefined,
    hangs: looks !== undefined,
    services: (run.services ?? []).length > 0,
  };
}

/**
 * CPUs' worth of time that a task's container may use: its part of the engine's `cpus`, two at least, and what the
 * condition's own load takes. A program that spins on every CPU so cannot take those of its neighbours.
 */
export function cpuShare(
  { parallel = 1, condition }: Pick<Task, "parallel" | "condition">,
  cpus: number,
): number {
  const part = Math.max(LEAST_CPUS, Math.floor(cpus / parallel));
  return Math.min(cpus, part + (condition?.load ?? 0));
}

/** What an engine can do of what a task's container asks for. */
export interface ContainerOptions {
  readonly inodeLimit: boolean;
  /** False where it is not known to set a kernel parameter of a container's network. */
  readonly timeWait?: boolean;
  /** False where it cannot choose the CPUs that a container may use: Podman would refuse to. */
  readonly cpuset?: boolean;
  /** CPUs' worth of time; undefined where that cannot be limited. */
  readonly cpus?: number | undefined;
}

/** The container that a task's runner is process 1 of. What every container is denied is in src/docker/container/create-body.ts. */
export function runnerContainer(task: Task, options: ContainerOptions): ContainerRequest {
  const { image, run, condition, labels } = task;
  const stack = stackOf(run, condition);
  const { limits } = run;
  return {
    image,
    command: [RUNNER],
    labels,
    user: `${run.user.uid}:${run.user.gid}`,
    env: {},
    memory: limits.memory,
    // The limit is the attempt's; the runner and its threads come on top.
    processes: limits.processes + 1 + (condition?.load ?? 0),
    tmpfs: { [DIRECTORY]: tmpfsOptions(limits.tmp, options.inodeLimit) },
    network: run.network,
    hosts: run.hosts,
    nameservers: run.nameservers,
    // Attempts share the container's network: the next one is to find every port free.
    sysctls: options.timeWait === false ? {} : { "net.ipv4.tcp_max_tw_buckets": "0" },
    capabilities: run.capabilities,
    cpuset: options.cpuset === false ? undefined : (condition?.cpus ?? undefined),
    cpus: options.cpus,
    ulimits: {
      // The runner lowers it to 0 where it may: a handler that core files are piped to is left alone only at 1.
      core: 1,
      nofile: Math.max(limits.files, RUNNER_FILES),
      // A larger one than the engine's own hard limit must be allowed from outside.
      ...(stack === null || stack > 8 * MiB ? { stack: stack ?? -1 } : {}),
    },
    workingDir: "/",
    onStarting: task.onStarting,
  };
}

function stackOf(run: RunPlan, condition: Condition | null): number | null {
  return condition?.stack ?? run.limits.stack;
}

/** Without a limit of its own, a tmpfs has as many inodes as half the machine's memory has pages. */
function tmpfsOptions(size: number, inodeLimit: boolean): string {
  const inodes = inodeLimit ? `,nr_inodes=${Math.max(16_384, Math.ceil(size / 4096))}` : "";
  return `rw,exec,nosuid,nodev,mode=1777,size=${size}${inodes}`;
}
