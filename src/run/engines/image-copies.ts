import type { Engine } from "../../docker/engine.js";
import { Failure, infrastructure } from "../../failure.js";
import type { ProgressSink } from "../../progress/event.js";

type Copied = Pick<Engine, "inspectImage" | "saveImage" | "loadImage">;

/** Images of one engine on others: each is carried there once, by what `docker save` and `docker load` do. */
export class ImageCopies {
  private readonly copies = new Map<string, Promise<void>>();

  constructor(
    private readonly home: Copied,
    private readonly sink: ProgressSink,
  ) {}

  /**
   * Sees to it that an engine, called `where`, has an image of the first one, named by its id, which tells its content. Throws
   * Failure("infrastructure") where it cannot be carried there.
   */
  give(image: string, engine: Copied, where: string): Promise<void> {
    const key = `${where}\0${image}`;
    let copy = this.copies.get(key);
    if (copy === undefined) {
      copy = this.carry(image, engine, where);
      this.copies.set(key, copy);
      // A later slot may try again.
      copy.catch(() => this.copies.delete(key));
    }
    return copy;
  }

  private async carry(image: string, engine: Copied, where: string): Promise<void> {
    if ((await engine.inspectImage(image)) !== null) return;
    const short = image.replace(/^sha256:/, "").slice(0, 16);
    const step = { id: `copy ${short} to ${where}`, title: `copy image ${short} to ${where}` };
    const began = performance.now();
    let status: "done" | "failed" = "failed";
    this.sink({ kind: "step-started", ...step });
    try {
      await engine.loadImage(await this.home.saveImage(image));
      if ((await engine.inspectImage(image)) === null)
        throw infrastructure(
          `image ${short} was loaded on ${where}, and is not there under its id`,
          "engines that keep images in different stores cannot share them so: use a swarm with --registry",
        );
      status = "done";
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Failure(error.kind, `${where}: ${error.message}`, error.remedy, { cause: error });
    } finally {
      this.sink({ kind: "step-ended", ...step, status, ms: performance.now() - began });
    }
  }
}
