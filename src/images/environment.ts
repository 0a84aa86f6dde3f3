import type { ContextEntry, Engine } from "../docker/engine.js";
import type { Catalogue, CatalogueImage } from "../manifest/catalogue.js";
import { badRequest, type Failure } from "../failure.js";
import type { Environment, GoPin } from "../plan/plan.js";
import type { ProgressSink } from "../progress/event.js";
import { fetchArchive } from "./base/archive.js";
import { provideBase, type BaseChoice } from "./base/base.js";
import {
  additionsBuild,
  additionsName,
  explainAdditions,
  withAdditions,
  type Additions,
} from "./additions.js";
import type { ImageFacts } from "./binary.js";
import { explainImageBuild } from "./recipe/build-failure.js";
import { checkImagePin, checkSourcePin } from "./check-pins.js";
import { contextDigest, dockerfile, suiteContext } from "./dockerfiles.js";
import { assertFacts, findGo, parseFacts, withSourced, type Facts, type GoTree } from "./facts.js";
import type { Pins } from "./pins.js";
import { inRange, type SourcePin, type SourceRecipe } from "../manifest/source-recipe.js";
import { pinTitle, provideSourceLayer, type LayerFacts } from "./source/layer.js";
import { prefixOf, type Linkage } from "./source/recipe-script.js";
import { noSource, type Sources } from "./source/sources.js";
import { suiteArguments } from "./suite-arguments.js";
import type { Toolchain } from "./recipe/shape.js";
import { provideImage, type Made } from "./image.js";
import type { SnapshotArchive } from "./base/snapshot.js";
import { onceIn } from "./once-in.js";
import { clipLine } from "../text/clip.js";

export interface EnvironmentOptions {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly sink: ProgressSink;
  readonly base: BaseChoice;
  /** `vivarium.lock`, as far as there is one. */
  readonly pins?: Pins | null | undefined;
  readonly snapshotArchive?: SnapshotArchive | undefined;
  /** Where the sources are that environments are built from, as far as any is. */
  readonly sources?: Sources | undefined;
  readonly platform?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An environment's image, ready to build in: its facts were read out of it and asserted. */
export interface EnvironmentImage {
  /** The engine's image id. */
  readonly id: string;
  readonly facts: ImageFacts;
  readonly toolchain: Toolchain;
}

/** What a cell wants of its environment's image beyond libc and Go. */
export interface Wants extends Additions {
  readonly clang?: boolean;
  /** The one kind of program that is linked there: a libc from source may then be built for that alone. */
  readonly link?: Linkage;
}

/** Makes environments' images, each image once however many environments share it. */
export class EnvironmentImages {
  private readonly made = new Map<string, Promise<Made<Facts>>>();
  private readonly layers = new Map<string, Promise<Made<LayerFacts>>>();

  constructor(private readonly options: EnvironmentOptions) {}

  /** Throws a Failure that names the environment. */
  async provide(environment: Environment, wants: Wants = {}): Promise<EnvironmentImage> {
    const { clang = false, link = null } = wants;
    const { go, libc } = environment;
    let image = await this.suite(environment.image);
    if (go !== null && findGo(image.facts, go) === null)
      image = await this.withGo(environment.image, image, go);
    if (clang && image.facts.clang === null) image = await this.withClang(environment.image, image);
    if (additionsName(wants) !== "") image = await this.withAdditions(environment, image, wants);
    if (libc.source !== undefined)
      image = await this.withSource(environment.image, image, libc.source, { link });
    const facts = assertFacts(environment, image.facts, image.id, clang ? "clang" : "gcc");
    return { id: image.id, facts, toolchain: this.toolchain(environment, image) };
  }

  private toolchain({ image: name, libc, go }: Environment, { facts }: Made<Facts>): Toolchain {
    return {
      libc: libc.family,
      native: this.entry(name).native ?? "glibc",
      go: go === null ? null : findGo(facts, go),
      ...(libc.source === undefined ? {} : { built: this.compilers(libc.source) }),
      ...(go?.source.kind === "source" ? { goFlags: this.goFlags(go.source.pin) } : {}),
    };
  }

  /** One image serves every libc of its suite: without what environments add to it. */
  suite(name: string): Promise<Made<Facts>> {
    return this.once(`suite ${name}`, async () => {
      const entry = this.entry(name);
      const { base: asked, pins } = this.options;
      const pinned = pins?.baseOf(name);
      // Made here in place of the pinned one, it would only be refused, later.
      const choice = asked === "auto" && pinned && pins?.strict === true ? "registry" : asked;
      // Files are read and hashed while the engine answers.
      const [base, { context, digest }] = await Promise.all([
        provideBase(name, entry, { ...this.options, choice, pinned }),
        suiteContext(entry.dockerfile),
      ]);
      const buildArgs = suiteArguments(base.id, entry);
      const title = `environment image ${name}`;
      const made = await this.build(`env:${name}`, title, context, buildArgs, { digest });
      this.pin(name, entry, base.digest, made.facts.packages);
      return made;
    });
  }

  private pin(name: string, entry: CatalogueImage, base: string | null, packages: Facts["packages"]): void {
    checkImagePin(this.options, name, { base, snapshot: entry.snapshot ?? null, packages });
  }

  /** Adds a Go that the suite does not have: an older suite's, or a release archive. */
  private withGo(name: string, under: Made<Facts>, go: GoPin): Promise<Made<Facts>> {
    return this.once(`${under.id} go ${go.version}`, async () => {
      const title = `environment image ${name} with Go ${go.version}`;
      const id = `env:${name}/go-${go.version}`;
      if (go.source.kind === "suite") {
        const donor = await this.suite(go.source.suite);
        const context = { Dockerfile: { content: await dockerfile("go-suite.Dockerfile") } };
        return this.build(id, title, context, { BASE: under.id, DONOR: donor.id, GO: go.version });
      }
      if (go.source.kind === "source") return this.goFromSource(name, under, go.source);
      const { url, checksum } = go.source;
      const file = await fetchArchive(url, checksum, this.options);
      const context = {
        Dockerfile: { content: await dockerfile("go-archive.Dockerfile") },
        "go.tar.gz": { file },
      };
      return this.build(id, title, context, { BASE: under.id, GO: go.version });
    });
  }

  /** Builds a Go with another one, and lays it into the image that it was built on; the other stays out of it. */
  private async goFromSource(
    name: string,
    under: Made<Facts>,
    { pin, bootstrap }: Extract<GoPin["source"], { kind: "source" }>,
  ): Promise<Made<Facts>> {
    const by = this.options.catalogue.gos[bootstrap];
    if (by === undefined || !("image" in by))
      throw badRequest(`the catalogue has no Go '${bootstrap}' of a suite`);
    const pinned: GoPin = { version: by.version, source: { kind: "suite", suite: by.image } };
    const builder = findGo(under.facts, pinned) === null ? await this.withGo(name, under, pinned) : under;
    return this.withSource(name, under, pin, { by: { on: builder, go: findGo(builder.facts, pinned) } });
  }

  /** Adds what a recipe makes of a source. It is built on the suite's image, whatever else the environment holds. */
  private async withSource(
    name: string,
    under: Made<Facts>,
    pin: SourcePin,
    { by, link = null }: { readonly by?: Bootstrap; readonly link?: Linkage | null },
  ): Promise<Made<Facts>> {
    const { sources } = this.options;
    const title = pinTitle(pin);
    if (sources === undefined) throw noSource(title, pin.recipe);
    const recipe = this.recipe(pin);
    checkSourcePin(this.options, title, pin);
    const on = by?.on ?? (await this.suite(name));
    const patches = pin.patches.map(({ sha256 }) => sha256);
    const key = [on.id, pin.tree, pin.recipeHash, link, ...patches].join(" ");
    const layer = await onceIn(this.layers, key, () =>
      provideSourceLayer(
        { pin, recipe, under: { ...on, name }, bootstrap: by?.go ?? null, link },
        { ...this.options, sources },
      ),
    );
    return this.once(`${under.id} ${layer.id}`, async () => {
      const { prefix } = layer.facts;
      const context = {
        Dockerfile: { content: `FROM ${under.id}\nCOPY --from=${layer.id} ${prefix} ${prefix}\n` },
      };
      const sourced = { recipe: pin.recipe, version: pin.version, prefix, title };
      return this.build(
        `env:${name}/${title}`,
        `environment image ${name} with ${title}`,
        context,
        {},
        {
          read: () => withSourced(under.facts, sourced),
        },
      );
    });
  }

  private recipe({ recipe }: SourcePin): SourceRecipe {
    const found = this.options.catalogue.recipes?.[recipe];
    if (found === undefined)
      throw badRequest(`there is no recipe '${recipe}'`, "recipes/ holds one file for each");
    return found;
  }

  private compilers(pin: SourcePin): Toolchain["built"] {
    const { compilers = { gcc: "bin/gcc" } } = this.recipe(pin);
    const prefix = prefixOf(this.recipe(pin));
    const full = Object.entries(compilers).map(([name, path]) => [name, `${prefix}/${path as string}`]);
    return Object.fromEntries(full) as Toolchain["built"];
  }

  private goFlags(pin: SourcePin): Toolchain["goFlags"] {
    return this.recipe(pin).goFlags?.find((flags) => inRange(pin.version, flags));
  }

  /** clang is several times the size of everything else together, so only those who ask for it get it. */
  private withClang(name: string, under: Made<Facts>): Promise<Made<Facts>> {
    return this.once(`${under.id} clang`, async () => {
      const context = { Dockerfile: { content: await dockerfile("clang.Dockerfile") } };
      return this.build(`env:${name}+clang`, `environment image ${name} with clang`, context, {
        BASE: under.id,
      });
    });
  }

  /** Packages and locales, in a layer of their own: made once, pinned by what they brought. */
  private withAdditions(
    environment: Environment,
    under: Made<Facts>,
    wants: Additions,
  ): Promise<Made<Facts>> {
    const added = additionsName(wants);
    return this.once(`${under.id} + ${added}`, async () => {
      const name = environment.image;
      const title = `environment image ${name} with ${clipLine(added, 60)}`;
      const { context, buildArgs } = await additionsBuild(under.id, wants);
      const made = await this.build(`env:${name}/+${added}`, title, context, buildArgs, {
        facts: (found) => withAdditions(under.facts, found),
        explain: (code, lines) => explainAdditions(environment, title, code, lines),
      });
      this.pin(`${name}+${added}`, this.entry(name), null, made.facts.added ?? {});
      return made;
    });
  }

  private async build(
    id: string,
    title: string,
    context: Readonly<Record<string, ContextEntry>>,
    buildArgs: Readonly<Record<string, string>>,
    { read, facts = (found) => found, explain, digest }: BuildVoice = {},
  ): Promise<Made<Facts>> {
    const { engine, sink, signal, platform } = this.options;
    return provideImage<Facts>({
      engine,
      sink,
      signal,
      platform,
      kind: "environment",
      id,
      title,
      inputs: { context: digest ?? contextDigest(context), buildArgs, platform: platform ?? null },
      context,
      buildArgs,
      read: async (image) =>
        read?.() ?? facts(parseFacts((await engine.readFile(image, "/opt/vivarium/facts")).toString("utf8"))),
      explain: explain ?? ((code, lines) => explainImageBuild(title, code, lines)),
    });
  }

  private entry(name: string): CatalogueImage {
    const entry = this.options.catalogue.images[name];
    if (entry === undefined)
      throw badRequest(`the catalogue has no image '${name}'`, "add it under `images`");
    return entry;
  }

  private once(name: string, make: () => Promise<Made<Facts>>): Promise<Made<Facts>> {
    return onceIn(this.made, name, make);
  }
}

/** The Go that builds a Go, and the image that it lies in. */
interface Bootstrap {
  readonly on: Made<Facts>;
  readonly go: GoTree | null;
}

/** What is known of an image that `build` does not find out by itself. */
interface BuildVoice {
  /** Its facts, where they need not be read in it. */
  readonly read?: () => Facts;
  /** Its facts, from those that were read in it. */
  readonly facts?: (found: Facts) => Facts;
  readonly explain?: (code: number | null, lines: readonly string[]) => Failure;
  readonly digest?: Readonly<Record<string, string>>;
}

/** One environment's image; for several, EnvironmentImages shares what they have in common. */
export function provideEnvironment(
  environment: Environment,
  options: EnvironmentOptions,
): Promise<EnvironmentImage> {
  return new EnvironmentImages(options).provide(environment);
}
