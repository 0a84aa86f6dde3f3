import type { Readable } from "node:stream";
import type { ContainerRequest, ContextEntry, Labels } from "./container-request.js";
import type { Swarm } from "./swarm/swarm.js";

export type { ContainerRequest, ContextEntry, Labels } from "./container-request.js";

export interface EngineFacts {
  /** Unique, and the same whatever address it is asked at. */
  readonly id: string;
  /** Of the machine that it runs on. */
  readonly hostname: string;
  /** `Docker 20.10.24`, `Podman 4.3.1`. */
  readonly name: string;
  readonly version: string;
  readonly api: string;
  readonly kernel: string;
  readonly cpus: number;
  /** Whether the time that a container has on its CPUs can be limited. */
  readonly cpuLimit: boolean;
  /** Whether the CPUs that a container may use can be chosen, and the number of its processes limited. */
  readonly cpuset: boolean;
  readonly processLimit: boolean;
  readonly memory: number;
  readonly rootless: boolean;
  /** Unix socket, TCP address or ssh host, as resolved, and by what (`--host`, `DOCKER_HOST`, context `name`). */
  readonly address: string;
  readonly chosenBy: string;
  /** Limits that this engine says it cannot enforce, in words. */
  readonly warnings: readonly string[];
}

export interface ImageRecord {
  readonly id: string;
  readonly labels: Labels;
  readonly size: number;
  readonly created: string;
  /** When it was last tagged, or null where the engine does not tell: a list never does. */
  readonly used: string | null;
  readonly tags: readonly string[];
  readonly repoDigests: readonly string[];
}

/** Bytes on the engine's disk: all layers of all images, and by image id its size and the part that others have, too. */
export interface DiskUse {
  /** Of the images' layers. */
  readonly total: number;
  readonly images: ReadonlyMap<string, { readonly size: number; readonly shared: number }>;
  /** Bytes of volumes, by name; those alone that the engine worked out. */
  readonly volumes: ReadonlyMap<string, number>;
}

export interface BuildRequest {
  /** The context: path in it -> bytes or a file of this machine. `Dockerfile` must be among them. */
  readonly context: Readonly<Record<string, ContextEntry>>;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly labels: Labels;
  readonly tag: string;
  /** Default: the engine's default network; "none" for builds that need nothing. */
  readonly network?: "none";
  readonly platform?: string;
  /** Every line of the build's output, control sequences stripped. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}

/** What lies in a folder of a container, its path relative to that folder; a hard link is a file of its own. */
export type FolderEntry =
  | { readonly kind: "file"; readonly path: string; readonly content: Buffer; readonly executable: boolean }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  /** `what` in words: `a device`, `a named pipe`. */
  | { readonly kind: "other"; readonly path: string; readonly what: string };

/** How much of a folder is taken out of a container; a folder with more is refused as a wrong request. */
export interface FolderBounds {
  readonly bytes: number;
  readonly entries: number;
}

/** A volume of the engine: what is to last longer than a container and is no image. */
export interface VolumeRecord {
  readonly name: string;
  readonly labels: Labels;
}

/** A build that the engine refused: `code` is the exit status of the step that failed, null where it was not a step. */
export class BuildFailure extends Error {
  override readonly name = "BuildFailure";
  constructor(
    message: string,
    readonly code: number | null,
    /** All output lines, in order (bounded: the last 2,000). */
    readonly lines: readonly string[],
  ) {
    super(message);
  }
}

/** How a container ended. `trusted` is false where the engine's answers disagree: then nothing may be counted. */
export interface ContainerEnd {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly trusted: boolean;
  readonly why: string | null;
}

/** A container that runs, attached: its stdin and demultiplexed output. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly warnings: readonly string[];
  readonly stdin: { write(data: Buffer): Promise<void>; end(): void };
  /** Chunks of stdout as they come. Ends with the stream; throws Failure("infrastructure") at a cut or partial frame. */
  readonly stdout: AsyncIterable<Buffer>;
  /** Last 64 KiB of stderr. */
  stderrTail(): string;
  /** Resolves when it ended: attach, start, default wait, inspect, all agreeing. */
  ended(): Promise<ContainerEnd>;
  /** One of its files, links followed, as it is outside of its mounts. */
  readFile(path: string): Promise<Buffer>;
  /**
   * What lies in one of its folders, sorted by path; what can change is to be asked for once it has ended. Throws a
   * Failure("request") where there is more than the bounds allow, or no such folder.
   */
  readFolder(path: string, bounds: FolderBounds): Promise<readonly FolderEntry[]>;
  /** Tells its terminal's size; for containers with `tty` alone. */
  resize(columns: number, rows: number): Promise<void>;
  /** Kills and removes it, polls until it is gone. Never throws. Idempotent. */
  remove(): Promise<void>;
}

/**
 * The engine, as the rest of vivarium sees it. Every call has a deadline and fails with Failure("infrastructure");
 * none hangs. The implementation (connect.ts and its neighbours) is the only importer of dockerode.
 */
export interface Engine {
  facts(): Promise<EngineFacts>;
  /** Null where the engine has no such image. */
  inspectImage(reference: string): Promise<ImageRecord | null>;
  listImages(labels: Labels): Promise<readonly ImageRecord[]>;
  /** Builds with the classic builder, verifies the image by its labels, returns its id. Throws BuildFailure. */
  build(request: BuildRequest): Promise<string>;
  /** `docker import`: a tar stream of a root file system -> image id. */
  importImage(tar: Readable, tag: string, labels: Labels, signal?: AbortSignal): Promise<string>;
  /** Pulls by tag or digest, retrying transient failures; returns the record with its repo digests. */
  pull(
    reference: string,
    options?: { platform?: string; signal?: AbortSignal; onLine?: (line: string) => void },
  ): Promise<ImageRecord>;
  /** Gives an image a name; one that it has already is noted as used now. */
  tagImage(id: string, tag: string): Promise<void>;
  removeImage(reference: string): Promise<void>;
  diskUse(): Promise<DiskUse>;
  /** Makes a volume; one of that name that is there stays as it is. */
  createVolume(name: string, labels: Labels): Promise<void>;
  listVolumes(labels: Labels): Promise<readonly VolumeRecord[]>;
  /** One that is not there is removed already; one that a container uses is refused. */
  removeVolume(name: string): Promise<void>;
  /** `docker save`: one tar, in which images share their layers. */
  saveImage(...references: readonly string[]): Promise<Readable>;
  /** `docker load`. */
  loadImage(tar: Readable): Promise<void>;
  /** Attach, create, start. A start that fails leaves nothing behind. */
  start(request: ContainerRequest, signal?: AbortSignal): Promise<Container>;
  /** Tags an image as `reference` (`HOST/name:tag`) and pushes it; returns it by digest: `HOST/name@sha256:…`. */
  pushImage(image: string, reference: string, signal?: AbortSignal): Promise<string>;
  /** The swarm that this engine is a manager of; its calls say so where it is none. */
  readonly swarm: Swarm;
  /** One file out of an image, through a container that is never started. */
  readFile(image: string, path: string): Promise<Buffer>;
  /** What lies in a folder of an image, sorted by path; see Container.readFolder. */
  readFolder(image: string, path: string, bounds: FolderBounds): Promise<readonly FolderEntry[]>;
  /** Removes what provably dead vivarium processes of this host left behind; returns what it removed. */
  sweep(): Promise<readonly string[]>;
  /**
   * Force-removes, within two seconds, every container that this engine object has started and not removed, those being
   * created included; nothing can be started afterwards. For the end on a signal. Returns what could not be seen gone.
   */
  removeAllLive(): Promise<readonly string[]>;
  /** Frees sockets. */
  close(): void;
}
