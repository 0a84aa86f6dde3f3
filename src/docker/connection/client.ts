import type { Readable } from "node:stream";
import { build } from "../image/build.js";
import type {
  BuildRequest,
  Container,
  ContainerRequest,
  DiskUse,
  Engine,
  EngineFacts,
  FolderBounds,
  FolderEntry,
  ImageRecord,
  Labels,
  VolumeRecord,
} from "../engine.js";
import { askFacts } from "../facts.js";
import { importImage } from "../image/import.js";
import { diskUse } from "../image/disk-use.js";
import * as images from "../image/images.js";
import { LiveContainers } from "../container/live.js";
import { push } from "../image/push.js";
import { DockerSwarm } from "../swarm/docker-swarm.js";
import { pull, type PullOptions } from "../image/pull.js";
import { readImageFile } from "../container/read-file.js";
import { withIdleContainer } from "../container/idle.js";
import { readContainerFolder } from "../container/read-folder.js";
import { startContainer } from "../container/start.js";
import { sweep } from "../container/sweep.js";
import * as volumes from "../volumes.js";
import type { Wire } from "./wire.js";

/** On Ctrl-C the process is to be gone within two seconds. */
const REMOVE_ALL_WITHIN_MS = 1500;

/** The engine behind one connection. Made by `connect`. */
export class DockerEngine implements Engine {
  readonly swarm: DockerSwarm;
  private readonly live: LiveContainers;
  private known: Promise<EngineFacts> | null = null;

  constructor(
    private readonly wire: Wire,
    private readonly api: string,
    private readonly auth: NonNullable<PullOptions["auth"]>,
  ) {
    this.live = new LiveContainers(wire);
    this.swarm = new DockerSwarm(wire);
  }

  facts(): Promise<EngineFacts> {
    this.known ??= askFacts(this.wire, this.api).catch((error: unknown) => {
      this.known = null;
      throw error;
    });
    return this.known;
  }

  inspectImage(reference: string): Promise<ImageRecord | null> {
    return images.inspectImage(this.wire, reference);
  }

  listImages(labels: Labels): Promise<readonly ImageRecord[]> {
    return images.listImages(this.wire, labels);
  }

  build(request: BuildRequest): Promise<string> {
    return build(this.wire, request);
  }

  importImage(tar: Readable, tag: string, labels: Labels, signal?: AbortSignal): Promise<string> {
    return importImage(this.wire, tar, tag, labels, signal);
  }

  pull(reference: string, options: Omit<PullOptions, "auth"> = {}): Promise<ImageRecord> {
    return pull(this.wire, reference, { ...options, auth: this.auth });
  }

  pushImage(image: string, reference: string, signal?: AbortSignal): Promise<string> {
    return push(this.wire, image, reference, { signal, auth: this.auth });
  }

  tagImage(id: string, tag: string): Promise<void> {
    return images.tagImage(this.wire, id, tag);
  }

  removeImage(reference: string): Promise<void> {
    return images.removeImage(this.wire, reference);
  }

  diskUse(): Promise<DiskUse> {
    return diskUse(this.wire);
  }

  createVolume(name: string, labels: Labels): Promise<void> {
    return volumes.createVolume(this.wire, name, labels);
  }

  listVolumes(labels: Labels): Promise<readonly VolumeRecord[]> {
    return volumes.listVolumes(this.wire, labels);
  }

  removeVolume(name: string): Promise<void> {
    return volumes.removeVolume(this.wire, name);
  }

  saveImage(...references: readonly string[]): Promise<Readable> {
    return images.saveImage(this.wire, references);
  }

  loadImage(tar: Readable): Promise<void> {
    return images.loadImage(this.wire, tar);
  }

  start(request: ContainerRequest, signal?: AbortSignal): Promise<Container> {
    return startContainer(this.wire, this.live, request, signal);
  }

  readFile(image: string, path: string): Promise<Buffer> {
    return readImageFile(this.wire, this.live, image, path);
  }

  readFolder(image: string, path: string, bounds: FolderBounds): Promise<readonly FolderEntry[]> {
    return withIdleContainer(this.wire, this.live, image, (id) =>
      readContainerFolder(this.wire, id, `image ${image}`, path, bounds),
    );
  }

  sweep(): Promise<readonly string[]> {
    return sweep(this.wire);
  }

  async removeAllLive(): Promise<readonly string[]> {
    const left = await Promise.all([
      this.live.removeAll(REMOVE_ALL_WITHIN_MS),
      this.swarm.removeAll(REMOVE_ALL_WITHIN_MS),
    ]);
    return left.flat();
  }

  close(): void {
    this.wire.close();
  }
}
