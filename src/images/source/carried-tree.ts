import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { badRequest, infrastructure } from "../../failure.js";
import type { SourcePin } from "../../manifest/source-recipe.js";
import { withLock } from "../lock.js";
import { GitClone } from "./git.js";
import { importTree } from "./import-tree.js";
import { packTree } from "./pack-tree.js";
import type { SourceTree } from "./tree.js";
import { unpackTree } from "./unpack-tree.js";
import { treeId } from "./worktree.js";

/** A tree as a bundle carries it: a .tar.gz, the same bytes for the same tree. */
export async function carryTree(tree: SourceTree): Promise<Buffer> {
  // git knows modes that no tree of today has; such a one would come back as another.
  const id = await treeId(tree.files());
  if (id !== tree.id) {
    throw infrastructure(
      `the tree ${tree.id.slice(0, 12)} has modes of files that an archive does not keep`,
      "make the bundle without --with-source; whoever verifies it needs a clone",
    );
  }
  const chunks: Buffer[] = [];
  const zipped = packTree(".", tree.files()).pipe(createGzip({ level: 6 }));
  for await (const chunk of zipped as AsyncIterable<Buffer>) chunks.push(chunk);
  const archive = Buffer.concat(chunks);
  // RFC 1952: byte 9 names the system that packed it, and 255 none.
  archive[9] = 255;
  return archive;
}

/**
 * Puts a tree that a bundle carries into a repository of vivarium's own, where it is not there yet: that repository's path. What is
 * carried may be a stranger's: git's own hash of what came out must be the pin's. Throws a Failure("request") where it is not.
 */
export async function takeCarriedTree(
  archive: Buffer,
  { recipe, tree, version }: Pick<SourcePin, "recipe" | "tree" | "version">,
  state: string,
): Promise<string> {
  const repository = join(state, "sources", `${recipe}-${tree.slice(0, 16)}.git`);
  return withLock(`carried-${tree.slice(0, 16)}`, async () => {
    if (await holds(repository, tree)) return repository;
    const why = await importTree(repository, unpackTree(unzipped(archive)), {
      branch: "carried",
      tag: `tree-${tree.slice(0, 16)}`,
      message: `${recipe} ${version}, out of a bundle\n`,
    }).then(
      () => "is another one",
      (error: Error) => `cannot be read: ${error.message}`,
    );
    if (await holds(repository, tree)) return repository;
    await rm(repository, { recursive: true, force: true });
    throw badRequest(
      `the bundle's tree ${tree.slice(0, 12)}, which its ${recipe} was built from, ${why}`,
      "the bundle was changed or is damaged: ask whoever made it for another copy",
    );
  });
}

async function* unzipped(archive: Buffer): AsyncGenerator<Buffer> {
  const unzip = createGunzip();
  pipeline(Readable.from([archive]), unzip).catch(() => undefined);
  yield* unzip as AsyncIterable<Buffer>;
}

function holds(repository: string, tree: string): Promise<boolean> {
  return GitClone.open(repository).then(
    (clone) => clone.holds(tree),
    () => false,
  );
}
