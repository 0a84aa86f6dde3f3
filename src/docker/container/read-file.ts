import { posix } from "node:path";
import type { Header } from "tar-stream";
import { badRequest, infrastructure } from "../../failure.js";
import type { LiveContainers } from "./live.js";
import { lostConnection } from "../connection/connection-failures.js";
import { readArchive } from "./archive.js";
import { withIdleContainer } from "./idle.js";
import type { Wire } from "../connection/wire.js";

const MAX_FILE = 512 * 1024 * 1024;
const MAX_LINKS = 16;

/** One regular file out of an image, links followed, through a container that is never started. */
export function readImageFile(
  wire: Wire,
  live: LiveContainers,
  image: string,
  path: string,
): Promise<Buffer> {
  return withIdleContainer(wire, live, image, (id) => readContainerFile(wire, id, `image ${image}`, path));
}

/** One regular file of a container, links followed. `where` is what messages call the container. */
export async function readContainerFile(
  wire: Wire,
  id: string,
  where: string,
  path: string,
): Promise<Buffer> {
  let at = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const found = await fetch(wire, id, at, where);
    if (Buffer.isBuffer(found)) return found;
    at = posix.resolve(posix.dirname(at), found.linkTo);
  }
  throw badRequest(`${path} in ${where} is a loop of links`);
}

type Found = Buffer | { readonly linkTo: string };

async function fetch(wire: Wire, id: string, path: string, where: string): Promise<Found> {
  const what = `read ${path} from ${where}`;
  let found: Found | null = null;
  await readArchive(wire, id, path, what, async (header, entry) => {
    found ??= await contentOf(entry, header, what);
  });
  if (found === null) throw lostConnection(wire.where, what);
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
