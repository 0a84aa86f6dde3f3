import type { Message } from "./messages.js";
import type { Wire } from "../connection/wire.js";
import { removeContainer } from "../container/remove.js";

/**
 * What a build that failed or was cut may leave on the engine: the container of the step that ran, and images of steps
 * that nobody will tag. The classic builder gives them no label, but it says their ids.
 */
export class BuildLeftovers {
  private container: string | null = null;
  private cached = true;
  private step = "";
  private readonly images: string[] = [];

  read({ stream = "" }: Message): void {
    const step = /^Step \d+\/\d+ : (\w+)/.exec(stream);
    const running = /^ ---> Running in ([0-9a-f]{12,64})\s*$/.exec(stream);
    const image = /^ ---> ([0-9a-f]{12,64})\s*$/.exec(stream);
    if (step?.[1] !== undefined) {
      this.step = step[1].toUpperCase();
      this.cached = false;
    } else if (/^ ---> Using cache/.test(stream)) this.cached = true;
    else if (running?.[1] !== undefined) this.container = running[1];
    else if (/^Removing intermediate container/.test(stream)) this.container = null;
    // FROM names somebody's image; a cached step's belongs to the build that made it.
    else if (image?.[1] !== undefined && this.step !== "FROM" && !this.cached) this.images.push(image[1]);
  }

  /** Removes them, the newest first. Never throws: what another build uses by now stays, rightly. */
  async remove(wire: Wire): Promise<void> {
    if (this.container !== null) await removeContainer(wire, this.container);
    for (const id of this.images.reverse()) {
      await wire
        .bytes({
          what: `remove unfinished image ${id}`,
          method: "DELETE",
          path: `/images/${id}`,
          // Its parents may be another build's cache.
          query: { noprune: 1 },
        })
        .catch(() => undefined);
    }
  }
}
