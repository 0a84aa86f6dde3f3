import { join } from "node:path";
import { carryTree, takeCarriedTree } from "../../images/source/carried-tree.js";
import { placeOf } from "../../images/source/source-place.js";
import { Sources } from "../../images/source/sources.js";
import type { SourcePin } from "../../manifest/source-recipe.js";
import type { Plan } from "../../plan/plan.js";
import { pinsOf } from "../../plan/source-pins.js";
import { loadSourceRecipes } from "../../request/shelves.js";
import { STATE_FOLDER } from "../../workspace/state-folder.js";
import type { BundleFiles } from "./archive.js";

/** Where a bundle holds the trees that environments were built from; those of a search's campaigns lie there once. */
export const TREES = "trees/";

const pathOf = ({ tree }: Pick<SourcePin, "tree">): string => `${TREES}${tree}.tar.gz`;

/** The trees that a campaign's environments were built from. `home`: the folder that its sources' paths are relative to. */
export async function carriedTrees(plan: Plan, home: string): Promise<Map<string, Buffer>> {
  const pins = pinsOf(plan);
  const files = new Map<string, Buffer>();
  if (pins.length === 0) return files;
  const state = join(home, STATE_FOLDER);
  const recipes = await loadSourceRecipes();
  const places = (plan.request.sources ?? []).map((text) => placeOf(text, { recipes, cwd: home, state }));
  const sources = new Sources(places, state);
  for (const pin of pins)
    if (!files.has(pathOf(pin))) files.set(pathOf(pin), await carryTree(await sources.tree(pin)));
  return files;
}

/** The trees that a bundle carries for these pins, as `--source` names them. */
export async function takeTrees(
  files: BundleFiles,
  pins: readonly SourcePin[],
  cwd: string,
): Promise<string[]> {
  const taken = new Set<string>();
  for (const pin of pins) {
    const archive = files.get(pathOf(pin));
    if (archive !== undefined)
      taken.add(`${pin.recipe}=${await takeCarriedTree(archive, pin, join(cwd, STATE_FOLDER))}`);
  }
  return [...taken];
}
