import { join, resolve } from "node:path";
import { badRequest } from "../../failure.js";
import { didYouMean } from "../../manifest/nearest.js";
import type { SourceRecipe } from "../../manifest/source-recipe.js";

/** Where the sources of a recipe are: `--source musl=../musl`. */
export interface SourcePlace {
  /** The recipe's name. */
  readonly name: string;
  /** Folder of a clone, absolute. */
  readonly path: string;
  /** A source package of Debian, which `path` holds once it was fetched. */
  readonly debian?: DebianPlace | undefined;
}

/** `deb:bookworm`, or `deb:bookworm/golang-1.15` for another package than the recipe's. */
export interface DebianPlace {
  readonly suite: string;
  readonly package: string | null;
}

export interface PlaceOptions {
  readonly recipes: Readonly<Record<string, SourceRecipe>>;
  /** Folder that paths are relative to. */
  readonly cwd: string;
  /** Folder where vivarium keeps its own. */
  readonly state: string;
}

/** What `--source NAME=WHERE` says. Throws a Failure("request"). */
export function placeOf(text: string, { recipes, cwd, state }: PlaceOptions): SourcePlace {
  const at = text.indexOf("=");
  const name = text.slice(0, at);
  if (at <= 0 || at === text.length - 1)
    throw badRequest(`--source ${text}: not of the form NAME=PATH`, "for example: --source musl=../musl");
  if (recipes[name] === undefined)
    throw badRequest(
      `--source ${text}: there is no recipe '${name}'`,
      didYouMean(name, Object.keys(recipes)),
    );
  const where = text.slice(at + 1);
  const debian = /^deb:([a-z][a-z-]*)(?:\/([a-z0-9][a-z0-9.+-]+))?$/.exec(where);
  if (debian !== null) {
    const [, suite = "", named = null] = debian;
    return { name, path: join(state, "sources", `${name}.git`), debian: { suite, package: named } };
  }
  if (where.startsWith("deb:"))
    throw badRequest(`--source ${text}: not a suite of Debian`, "for example: --source musl=deb:bookworm");
  return { name, path: resolve(cwd, where) };
}

/** The branch that holds a source package: its suite, with the package where that is another than the recipe's. */
export function refOf({ suite, package: named }: DebianPlace): string {
  return named === null ? suite : `${suite}/${named}`;
}
