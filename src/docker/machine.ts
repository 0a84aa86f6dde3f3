/** A machine that attempts are made on, where there may be more than one: a node of a swarm, or one of several engines. */
export interface Machine {
  /** Unique: the swarm's name of its node, or the engine's own id. */
  readonly id: string;
  readonly hostname: string;
  /** False where it is lost, drained or paused: nothing is started there. */
  readonly ready: boolean;
  /** The engine's version there: `20.10.24`. */
  readonly engine: string;
  /** The kernel's release; null where the swarm does not tell it. */
  readonly kernel: string | null;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
}
