import type { ContainerRequest } from "../container-request.js";
import type { Machine } from "../machine.js";

/** A task of a swarm that ends by itself. Its image is named by digest, so that every node runs the same. */
export interface JobRequest extends ContainerRequest {
  /** The node that it must run on; else the swarm chooses. */
  readonly node?: string;
}

/** A job between its creation and its removal. */
export interface Job {
  readonly name: string;
  /** Chunks of its standard output, byte for byte. Throws Failure("infrastructure") where task, node or log is lost. */
  readonly stdout: AsyncIterable<Buffer>;
  /** The node that its task runs on; null until that is known. */
  readonly node: Machine | null;
  /** Last part of its standard error. */
  stderrTail(): string;
  /** Ends the task and removes the job. Never throws. Idempotent. */
  remove(): Promise<void>;
}

/** A swarm, through an engine that is one of its managers. */
export interface Swarm {
  nodes(): Promise<readonly Machine[]>;
  /** Starts a service of one task that is made once. */
  start(request: JobRequest, signal?: AbortSignal): Promise<Job>;
  /** Limits of a container that a swarm of these engines cannot set, in words. */
  readonly unset: readonly string[];
  /** Removes the jobs of processes of this machine that are provably dead; returns their names. */
  sweep(): Promise<readonly string[]>;
  /** Removes every job of this object, within `forMs`. Returns the names that could not be seen gone. */
  removeAll(forMs: number): Promise<readonly string[]>;
}
