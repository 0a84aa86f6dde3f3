import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Catalogue } from "../manifest/catalogue.js";
import type { SourceRecipe } from "../manifest/source-recipe.js";
import { DOCKERFILES, PACKAGE_ROOT } from "../workspace/package.js";

/** Folders that hold repros by name: the user's own first, then those that come with vivarium. */
export function shelves(cwd: string): string[] {
  return [join(cwd, "repros"), join(PACKAGE_ROOT, "repros")];
}

/**
 * What environments there are. It is taken as the build read it (scripts/bundle.mjs), as long as nobody has changed its text since: YAML is
 * slow to read for a process that has just started.
 */
export async function loadCatalogue(): Promise<Catalogue> {
  const [text, built] = await Promise.all([
    readFile(join(DOCKERFILES, "catalogue.yaml"), "utf8"),
    readFile(join(PACKAGE_ROOT, "dist/catalogue.json"), "utf8").then(
      (json) => JSON.parse(json) as { text: string; catalogue: Catalogue },
      () => null,
    ),
  ]);
  return built?.text === text ? built.catalogue : readCatalogue(text);
}

/** Throws a Failure("request") that names the line. */
export async function readCatalogue(text: string): Promise<Catalogue> {
  const { parseDocumentAs } = await import("../manifest/document.js");
  return parseDocumentAs(Catalogue, text, "dockerfiles/catalogue.yaml");
}

/** How libcs and Gos are built from their sources, by name: `recipes/`. */
export async function loadSourceRecipes(): Promise<Record<string, SourceRecipe>> {
  const { loadRecipes } = await import("../images/source/recipes.js");
  return loadRecipes(join(PACKAGE_ROOT, "recipes"));
}
