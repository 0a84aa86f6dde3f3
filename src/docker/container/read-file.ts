import { posix } from "node:path";
import { extract, type Header } from "tar-stream";
import { badRequest, infrastructure } from "../../failure.js";
import type { LiveContainers } from "./live.js";
import { lostConnection } from "../connection/loss.js";
import { createContainer } from "./start.js";
import type { Wire } from "../connection/wire.js";

const MAX_FILE = 512 * 1024 * 1024;
const MAX_LINKS = 16;
const WITHIN_MS = 300_000;

/** One regular file out of an image, links followed, through a container that is never started. */
export async function readImageFile(
  wire: Wire,
  live: LiveContainers,
  image: string,
  path: string,
): Promise<Buffer> {
  const lease = live.lease(WITHIN_MS);
  const body = {
    Image: image,
    // An image without a command of its own cannot be created without one; this one never runs.
    Entrypoint: ["/"],
    Labels: lease.labels,
    HostConfig: { NetworkMode: "none" },
  };
  const { id } = await createContainer(wire, live, lease, body);
  try {
    let at = path;
    for (let links = 0; links < MAX_LINKS; links++) {
      const found = await fetch(wire, id, at, image);
      if (Buffer.isBuffer(found)) return found;
      at = posix.resolve(posix.dirname(at), found.linkTo);
    }
    throw badRequest(`${path} in image ${image} is a loop of links`);
  } finally {
    await live.remove(lease.name);
  }
}

type Found = Buffer | { readonly linkTo: string };

async function fetch(wire: Wire, id: string, path: string, image: string): Promise<Found> {
  const what = `read ${path} from image ${image}`;
  const response = await wire.stream({ what, path: `/containers/${id}/archive`, query: { path } });
  const tar = extract();
  const timer = setTimeout(() => response.destroy(new Error("too slow")), WITHIN_MS);
  response.on("error", (error) => tar.destroy(error));
  response.on("close", () => {
    if (!response.complete) tar.destroy(new Error("closed early"));
  });
  response.pipe(tar);
  let found: Found | null = null;
  try {
    for await (const entry of tar) {
      found ??= await contentOf(entry as AsyncIterable<unknown>, entry.header, what);
      entry.resume();
    }
  } catch (cause) {
    throw cause instanceof Error && cause.name === "Failure"
      ? cause
      : lostConnection(wire.where, what, cause);
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  if (found === null || !response.complete) throw lostConnection(wire.where, what);
  return found;
}

async function contentOf(entry: AsyncIterable<unknown>, header: Header, what: string): Promise<Found> {
  if ((header.type === "symlink" || header.type === "link") && header.linkname)
    return { linkTo: header.linkname };
  if (header.type !== "file" && header.type !== "contiguous-file")
    throw infrastructure(`${what}: it is a ${header.type}, not a file`);
  if (header.size > MAX_FILE) throw infrastructure(`${what}: it is larger than ${MAX_FILE} bytes`);
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
