import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { badRequest } from "../../failure.js";
import type { Catalogue, CatalogueEnvironment, CatalogueGo } from "../../manifest/catalogue.js";
import { didYouMean } from "../../manifest/nearest.js";
import { partsOf } from "../../manifest/pattern.js";
import { inRange, type SourcePin, type SourceRecipe } from "../../manifest/source-recipe.js";
import { keyOf } from "../../plan/key.js";
import { patchedFiles } from "../patch.js";
import { GitClone } from "./git.js";
import { placeOf, refOf, type DebianPlace, type SourcePlace } from "./source-place.js";
import { stepsFor } from "./recipe-script.js";
import { noSource, Sources, WORKTREE, workingText } from "./sources.js";
import { workingTree } from "./worktree.js";

const LARGEST_PATCH = 4 * 1024 ** 2;

export interface ResolveOptions {
  /** How sources are built, by name. */
  readonly recipes: Readonly<Record<string, SourceRecipe>>;
  /** `NAME=PATH`, as `--source` takes it. */
  readonly sources: readonly string[];
  /** Image or environment of the catalogue to build on, in place of the recipe's choice. */
  readonly buildOn?: string | undefined;
  /** Folder that paths of sources and patches are relative to. */
  readonly cwd: string;
  /** Folder where vivarium keeps its own. */
  readonly state: string;
  /** Fetches a source package of Debian, where one is asked for that is not there yet; without it that is refused. */
  readonly obtain?: Obtain | undefined;
  /** Pins of a campaign that goes on, or of a bundle: what a name meant then is what it means now. */
  readonly pinned?: readonly SourcePin[] | undefined;
}

/** Makes sure that a place has the source package that it names. */
export type Obtain = (
  place: SourcePlace & { readonly debian: DebianPlace },
  recipe: SourceRecipe,
  catalogue: Catalogue,
) => Promise<void>;

export interface Resolved {
  /** With an entry for each environment and each Go that is built from source. */
  readonly catalogue: Catalogue;
  readonly sources: Sources;
}

/**
 * Resolves every `NAME@REF` among environments' names, once: the catalogue that comes back has them as entries, pinned by hash, so that
 * everything after it deals with them as with any other. Without such a name it is the catalogue that was given.
 *
 * Refs: what git takes for a commit, `worktree`, and either with `+PATCH` behind it for each patch file over it. Throws a
 * Failure("request") for a name without a source, a ref that is none, a patch that is no file.
 */
export async function resolveSources(
  catalogue: Catalogue,
  names: readonly string[],
  options: ResolveOptions,
): Promise<Resolved> {
  const places = options.sources.map((text) => placeOf(text, options));
  const sources = new Sources(places, options.state);
  const wanted = new Set(
    names.flatMap((text) => text.split(",").map((name) => name.trim())).filter((name) => name.includes("@")),
  );
  if (wanted.size === 0) return { catalogue, sources };
  const environments: Record<string, CatalogueEnvironment> = {};
  const gos: Record<string, CatalogueGo> = {};
  const resolver = new Resolver(catalogue, places, sources, options);
  for (const name of wanted) {
    const [libc, go] = partsOf(name.replace(/^!/, ""));
    if (libc.includes("@")) environments[libc] ??= await resolver.libc(libc);
    if (go?.includes("@")) gos[go] ??= await resolver.go(go);
  }
  return {
    sources,
    catalogue: {
      ...catalogue,
      environments: { ...catalogue.environments, ...environments },
      gos: { ...catalogue.gos, ...gos },
      recipes: { ...catalogue.recipes, ...options.recipes },
    },
  };
}

class Resolver {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly places: readonly SourcePlace[],
    private readonly sources: Sources,
    private readonly options: ResolveOptions,
  ) {}

  async libc(name: string): Promise<CatalogueEnvironment> {
    const recipe = this.recipe(name, "libc");
    const pin = await this.pin(name, recipe);
    const image = this.imageFor(recipe, pin);
    const own = Object.values(this.catalogue.environments).find((entry) => entry.image === image);
    return {
      image,
      libc: { family: recipe.family ?? "glibc", version: pin.version, package: name, source: pin },
      go: own?.go ?? null,
    };
  }

  async go(name: string): Promise<CatalogueGo> {
    const pin = await this.pin(name, this.recipe(name, "go"));
    return { source: pin, version: pin.version };
  }

  private recipe(name: string, makes: SourceRecipe["makes"]): SourceRecipe {
    const called = name.slice(0, name.indexOf("@"));
    const { recipes } = this.options;
    const fitting = Object.values(recipes).filter((recipe) => recipe.makes === makes);
    const found = fitting.find((recipe) => recipe.name === called);
    if (found !== undefined) return found;
    const goAlone = makes === "libc" && recipes[called]?.makes === "go";
    throw badRequest(
      `no environment '${name}': no recipe makes a ${makes} named '${called}'`,
      goAlone
        ? `a Go goes with a libc: glibc-2.31/${name}`
        : didYouMean(
            called,
            fitting.map((recipe) => recipe.name),
          ),
    );
  }

  /** What a name means: its pin of before, else what its source says now. */
  private async pin(name: string, recipe: SourceRecipe): Promise<SourcePin> {
    const text = name.slice(name.indexOf("@") + 1);
    const places = this.places.filter((place) => place.name === recipe.name);
    for (const place of places) await this.fetched(place, recipe);
    const before = this.options.pinned?.find((pin) => pin.recipe === recipe.name && textOf(pin) === text);
    if (before !== undefined) {
      if (before.recipeHash === recipeHash(recipe, before.version)) return before;
      throw badRequest(
        `${name}: it was built by another recipe of ${recipe.name} than this vivarium has`,
        "use the vivarium that it was made with, or name the ref in a new campaign",
      );
    }
    if (places.length === 0) throw noSource(name, recipe.name);
    for (const { path } of places) {
      const clone = await GitClone.open(path);
      const found = await this.found(text, clone);
      if (found !== null) return this.pinAt(name, recipe, clone, found);
    }
    const refs = await (await GitClone.open((places[0] as SourcePlace).path)).refs();
    throw badRequest(
      `${name}: ${places.map(({ path }) => path).join(", ")} has no commit, tag or branch '${text}'`,
      didYouMean(text, refs),
    );
  }

  /** What is fetched once stays: `rm -r` of its folder takes the archive's newest. */
  private async fetched({ debian, ...place }: SourcePlace, recipe: SourceRecipe): Promise<void> {
    if (debian === undefined) return;
    const there = await GitClone.open(place.path).then(
      (clone) => clone.commit(refOf(debian)),
      () => null,
    );
    if (there !== null) return;
    const { obtain } = this.options;
    if (obtain === undefined) {
      throw badRequest(
        `${recipe.name}=deb:${refOf(debian)}: it is not fetched yet, which needs the engine`,
        "`vivarium build` or `vivarium run` with the same words fetches it",
      );
    }
    await obtain({ ...place, debian }, recipe, this.catalogue);
  }

  /** A ref and the patches over it. A tag may hold a plus itself, so the longest name that is a ref is the ref. */
  private async found(text: string, clone: GitClone): Promise<Found | null> {
    const parts = text.split("+");
    for (let used = parts.length; used > 0; used--) {
      const ref = parts.slice(0, used).join("+");
      const patches = parts.slice(used);
      if (ref === WORKTREE) return { ref, patches, commit: null };
      const commit = await clone.commit(ref);
      if (commit !== null) return { ref, patches, commit };
    }
    return null;
  }

  private async pinAt(
    name: string,
    recipe: SourceRecipe,
    clone: GitClone,
    { ref, patches, commit }: Found,
  ): Promise<SourcePin> {
    const head = commit ?? (await clone.commit("HEAD"));
    const tree = commit?.tree ?? (await workingTree(clone)).id;
    const read = (path: string): Promise<string | null> =>
      commit === null ? workingText(clone, path) : clone.text(commit.tree, path);
    const version = await versionIn(recipe, read);
    if (version === null) {
      const files = recipe.version.map(({ file }) => file).join(", ");
      throw badRequest(
        `${name}: no version of ${recipe.title} is in it (looked in ${files})`,
        `is ${clone.path} a clone of ${recipe.title}?`,
      );
    }
    const laid = await Promise.all(patches.map((path) => this.takePatch(name, path)));
    const steps = stepsFor(recipe, version);
    const { env = {}, only } = recipe;
    return {
      recipe: recipe.name,
      ref,
      commit: commit?.id ?? null,
      tree,
      dirty: commit === null ? head?.tree !== tree : null,
      version,
      patches: laid,
      recipeHash: recipeHash(recipe, version),
      steps: [
        ...Object.entries(env).map(([variable, value]) => `${variable}=${value}`),
        ...(only === undefined
          ? []
          : [`ONLY=${only.static} (static programs), ONLY=${only.dynamic} (dynamic programs)`]),
        ...steps.map(({ run }) => run),
      ],
    };
  }

  private async takePatch(name: string, path: string): Promise<SourcePin["patches"][number]> {
    const full = resolve(this.options.cwd, path);
    const text = await readFile(full, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw badRequest(
        `${name}: the patch ${path} cannot be read: ${error.message}`,
        "a patch is a file here",
        error,
      );
    });
    if (text.length > LARGEST_PATCH) throw badRequest(`${path}: larger than 4 MiB; not a patch`);
    if (patchedFiles(text).length === 0)
      throw badRequest(`${path}: no unified diff`, "make one with git diff, or git format-patch");
    return { name: path, sha256: await this.sources.keepPatch(text) };
  }

  private imageFor(recipe: SourceRecipe, pin: SourcePin): string {
    const { buildOn } = this.options;
    if (buildOn !== undefined) {
      const image = this.catalogue.environments[buildOn]?.image ?? buildOn;
      if (this.catalogue.images[image] !== undefined) return image;
      const known = [...Object.keys(this.catalogue.images), ...Object.keys(this.catalogue.environments)];
      throw badRequest(`--build-on ${buildOn}: no such image or environment`, didYouMean(buildOn, known));
    }
    const found = recipe.base?.find((base) => inRange(pin.version, base));
    if (found !== undefined) return found.image;
    throw badRequest(
      `${recipe.name}@${pin.ref}: its recipe names no image that builds ${recipe.title} ${pin.version}`,
      "name one with --build-on, such as --build-on bookworm",
    );
  }
}

interface Found {
  readonly ref: string;
  /** Paths of patch files, as typed. */
  readonly patches: readonly string[];
  /** Null for the working tree. */
  readonly commit: { readonly id: string; readonly tree: string } | null;
}

/** The ref of a pin with its patches, as it stands in an environment's name after the `@`. */
export function textOf({ ref, patches }: SourcePin): string {
  return [ref, ...patches.map(({ name }) => name)].join("+");
}

/** What of a recipe decides what comes out for a version. */
function recipeHash(recipe: SourceRecipe, version: string): string {
  const { name, packages, env = {}, files = {}, inPlace = false, only } = recipe;
  return keyOf({ name, packages, env, files, inPlace, only, steps: stepsFor(recipe, version) });
}

async function versionIn(
  { version }: SourceRecipe,
  read: (path: string) => Promise<string | null>,
): Promise<string | null> {
  for (const { file, pattern, prefix = "" } of version) {
    const found = new RegExp(pattern, "m").exec((await read(file)) ?? "")?.[1];
    if (found !== undefined) return prefix + found;
  }
  return null;
}
