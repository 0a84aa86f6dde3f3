import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

/** The folder of the installed package: it holds dockerfiles/ and the repros that come with vivarium. */
export const PACKAGE_ROOT = fileURLToPath(new URL("../..", import.meta.url));

export const DOCKERFILES = join(PACKAGE_ROOT, "dockerfiles");

/** vivarium's version, from its package.json. */
export const VERSION: string = (
  JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")) as { version: string }
).version;
