import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { badRequest, infrastructure } from "../../failure.js";
import type { SourcePin } from "../../manifest/source-recipe.js";
import { digestOf } from "../../plan/key.js";
import { GitClone } from "./git.js";
import type { SourcePlace } from "./source-place.js";
import type { SourceTree } from "./tree.js";
import { workingTree } from "./worktree.js";

/** A ref that means the working tree as it lies there, committed or not. */
export const WORKTREE = "worktree";

/**
 * The sources that environments of a campaign are built from, and the patches that go over them. Pins were resolved before; what is
 * given out here is what they say, or a Failure.
 */
export class Sources {
  constructor(
    private readonly places: readonly SourcePlace[],
    /** Folder where vivarium keeps its own: copies of patches, logs of builds that failed. */
    private readonly state: string,
  ) {}

  /** Folder for the logs of builds that fail. */
  get logs(): string {
    return join(this.state, "builds");
  }

  /** Folder for what builds compiled and could not yet hand on. */
  get pending(): string {
    return join(this.state, "compiled");
  }

  /** What tells one source from others where what was compiled is kept. */
  identity({ recipe }: SourcePin): string {
    return this.places.find(({ name }) => name === recipe)?.path ?? recipe;
  }

  /** The tree of a pin. Throws a Failure where there is no source of that name, or where it no longer has that tree. */
  async tree(pin: SourcePin): Promise<SourceTree> {
    const called = `${pin.recipe}@${pin.ref}`;
    const places = this.places.filter(({ name }) => name === pin.recipe);
    if (places.length === 0) throw noSource(called, pin.recipe, pin);
    let changed: string | null = null;
    for (const { path } of places) {
      const clone = await GitClone.open(path);
      // Whatever commit it is of: its id says that it is the same.
      if (await clone.holds(pin.tree)) return clone.tree(pin.tree);
      if (pin.ref !== WORKTREE) continue;
      const tree = await workingTree(clone).catch(() => null);
      if (tree?.id === pin.tree) return tree;
      if (tree !== null) changed = tree.id;
    }
    if (changed !== null) {
      throw infrastructure(
        `${called}: the working tree is not what it was: ${changed.slice(0, 12)}, and ${pin.tree.slice(0, 12)} is wanted`,
        "start again with the tree as it is now, or commit and name the commit",
      );
    }
    throw badRequest(
      `${called}: ${places.map(({ path }) => path).join(", ")} has no ${whatIs(pin)}`,
      "fetch it there, or name another clone with --source",
    );
  }

  /** Keeps a copy of a patch, for campaigns that go on and for bundles; returns its sha256. */
  async keepPatch(text: string): Promise<string> {
    const sha256 = digestOf(text);
    const file = this.patchFile(sha256);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.${process.pid}`, text);
    await rename(`${file}.${process.pid}`, file);
    return sha256;
  }

  /** The text of a patch that was kept. */
  async patch({ name, sha256 }: SourcePin["patches"][number]): Promise<string> {
    const text = await readFile(this.patchFile(sha256), "utf8").catch(() => null);
    if (text !== null && digestOf(text) === sha256) return text;
    throw infrastructure(
      `the copy of the patch ${name} is gone: ${this.patchFile(sha256)}`,
      "start a new campaign",
    );
  }

  private patchFile(sha256: string): string {
    return join(this.state, "patches", `${sha256}.patch`);
  }
}

/** What to do where an environment's sources are not named. `pin`: what it was built from before. */
export function noSource(called: string, recipe: string, pin?: SourcePin): Error {
  if (pin === undefined) {
    return badRequest(
      `${called}: no source is named for ${recipe}`,
      `add --source ${recipe}=PATH, the folder of a clone (or sources: in vivarium.config.yaml)`,
    );
  }
  return badRequest(
    `${called}: it is built from ${recipe}'s ${whatIs(pin)}, and no source is named for ${recipe}`,
    `add --source ${recipe}=PATH, a clone that has it`,
  );
}

/** What a clone must have: a commit, or the tree of a working tree that was never one. */
function whatIs({ commit, tree }: SourcePin): string {
  return commit === null ? `tree ${tree.slice(0, 12)} (a working tree's)` : `commit ${commit.slice(0, 12)}`;
}

/** A text file of a working tree, or null. */
export async function workingText(clone: GitClone, path: string): Promise<string | null> {
  return readFile(join(await clone.top(), path), "utf8").catch(() => null);
}
