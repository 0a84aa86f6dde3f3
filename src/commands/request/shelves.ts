import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Catalogue } from "../../manifest/catalogue.js";
import { parseDocumentAs } from "../../manifest/document.js";
import { DOCKERFILES, PACKAGE_ROOT } from "../package.js";

/** Folders that hold repros by name: the user's own first, then those that come with vivarium. */
export function shelves(cwd: string): string[] {
  return [join(cwd, "repros"), join(PACKAGE_ROOT, "repros")];
}

export async function loadCatalogue(): Promise<Catalogue> {
  return parseDocumentAs(
    Catalogue,
    await readFile(join(DOCKERFILES, "catalogue.yaml"), "utf8"),
    "dockerfiles/catalogue.yaml",
  );
}
