import { connect } from "../../src/docker/connection/connect.js";
import { ask } from "./raw.js";

/** Tags of what an image of this machine's engine is made of: its base and its environment, or what else `wanted` fits. */
export async function ancestorsOf(image: string, wanted = /^vivarium\/(base|env):/): Promise<string[]> {
  const { body } = await ask("GET", `/images/${image}/history`);
  const tags = (body as { Tags: string[] | null }[]).flatMap(({ Tags }) => Tags ?? []);
  return tags.filter((tag) => wanted.test(tag));
}

/** Gives images of this machine's engine to the engine at `host`. */
export async function carryImages(images: readonly string[], host: string): Promise<void> {
  const [from, to] = await Promise.all([connect({ env: process.env }), connect({ env: {}, host })]);
  try {
    for (const image of images) await to.loadImage(await from.saveImage(image));
  } finally {
    from.close();
    to.close();
  }
}
