import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { SourceRecipe } from "../../manifest/source-recipe.js";

/** The recipes of a folder, by name: one YAML file each. Throws a Failure("request") that names file and line. */
export async function loadRecipes(folder: string): Promise<Record<string, SourceRecipe>> {
  const { parseDocumentAs } = await import("../../manifest/document.js");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  const recipes = await Promise.all(
    names.map(async (name) =>
      parseDocumentAs(SourceRecipe, await readFile(join(folder, name), "utf8"), `recipes/${name}`),
    ),
  );
  return Object.fromEntries(recipes.map((recipe) => [recipe.name, recipe]));
}
