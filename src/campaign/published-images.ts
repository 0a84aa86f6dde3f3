import type { Engine } from "../docker/engine.js";
import type { ProgressSink } from "../progress/event.js";

/** Images that were pushed to a swarm's registry, each once. */
export class PublishedImages {
  private readonly pushes = new Map<string, Promise<string>>();

  constructor(
    private readonly engine: Pick<Engine, "pushImage">,
    private readonly registry: string,
    private readonly sink: ProgressSink,
    private readonly signal: AbortSignal,
  ) {}

  /** The image by digest, as every node can pull it. Throws a Failure where it cannot be pushed. */
  digest(image: string): Promise<string> {
    let push = this.pushes.get(image);
    if (push === undefined) {
      push = this.push(image);
      this.pushes.set(image, push);
      // A later slot may try again.
      push.catch(() => this.pushes.delete(image));
    }
    return push;
  }

  private async push(image: string): Promise<string> {
    const id = image.replace(/^sha256:/, "").slice(0, 16);
    const title = `push image ${id} to ${this.registry}`;
    const step = { id: `push ${id}`, title };
    const began = performance.now();
    let status: "done" | "failed" = "failed";
    this.sink({ kind: "step-started", ...step });
    try {
      const digest = await this.engine.pushImage(image, `${this.registry}/vivarium/bin:${id}`, this.signal);
      status = "done";
      return digest;
    } finally {
      this.sink({ kind: "step-ended", ...step, status, ms: performance.now() - began });
    }
  }
}
