import type { Engine } from "../docker/engine.js";
import type { Catalogue, CatalogueImage } from "../manifest/catalogue.js";
import { badRequest } from "../failure.js";
import type { Environment, GoPin } from "../plan/plan.js";
import type { ProgressSink } from "../progress/event.js";
import { fetchArchive } from "./base/archive.js";
import { provideBase, type BaseChoice } from "./base/base.js";
import type { ImageFacts } from "./binary.js";
import { explainImageBuild } from "./recipe/build-failure.js";
import { contextDigest, dockerfile, insideFiles } from "./dockerfiles.js";
import { assertFacts, findGo, parseFacts, type Facts } from "./facts.js";
import type { Pins } from "./pins.js";
import type { Toolchain } from "./recipe/shape.js";
import { provideImage, type Made } from "./image.js";
import type { SnapshotArchive } from "./base/snapshot.js";

export interface EnvironmentOptions {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly sink: ProgressSink;
  readonly base: BaseChoice;
  /** `vivarium.lock`, as far as there is one. */
  readonly pins?: Pins | null | undefined;
  readonly snapshotArchive?: SnapshotArchive | undefined;
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

/** Makes environments' images, each image once however many environments share it. */
export class EnvironmentImages {
  private readonly made = new Map<string, Promise<Made<Facts>>>();

  constructor(private readonly options: EnvironmentOptions) {}

  /** Throws a Failure that names the environment. `clang`: with that compiler too. */
  async provide(environment: Environment, { clang = false } = {}): Promise<EnvironmentImage> {
    const entry = this.entry(environment.image);
    let image = await this.suite(environment.image);
    if (environment.go !== null && findGo(image.facts, environment.go) === null) {
      image = await this.withGo(environment.image, image, environment.go);
    }
    if (clang && image.facts.clang === null) image = await this.withClang(environment.image, image);
    const facts = assertFacts(environment, image.facts, image.id, clang ? "clang" : "gcc");
    return {
      id: image.id,
      facts,
      toolchain: {
        libc: environment.libc.family,
        native: entry.native ?? "glibc",
        go: environment.go === null ? null : findGo(image.facts, environment.go),
      },
    };
  }

  /** One image serves every libc of its suite. */
  private suite(name: string): Promise<Made<Facts>> {
    return this.once(`suite ${name}`, async () => {
      const entry = this.entry(name);
      const { base: asked, pins } = this.options;
      const pinned = pins?.baseOf(name);
      // Made here in place of the pinned one, it would only be refused, later.
      const choice = asked === "auto" && pinned && pins?.strict === true ? "registry" : asked;
      const base = await provideBase(name, entry, { ...this.options, choice, pinned });
      const context = {
        Dockerfile: { content: await dockerfile(entry.dockerfile) },
        ...(await insideFiles()),
      };
      const buildArgs = suiteArguments(base.id, entry);
      const made = await this.build(`env:${name}`, `environment image ${name}`, context, buildArgs);
      this.pin(name, entry, base.digest, made.facts.packages);
      return made;
    });
  }

  private pin(name: string, entry: CatalogueImage, base: string | null, packages: Facts["packages"]): void {
    const drift = this.options.pins?.check(name, { base, snapshot: entry.snapshot ?? null, packages }) ?? [];
    if (drift.length === 0) return;
    const more = drift.length > 5 ? `; and ${drift.length - 5} more` : "";
    const text = `${name} is not what it was when it was pinned: ${drift.slice(0, 5).join("; ")}${more}`;
    this.options.sink({ kind: "note", level: "warning", text });
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
      const { url, checksum } = go.source;
      const file = await fetchArchive(url, checksum, this.options);
      const context = {
        Dockerfile: { content: await dockerfile("go-archive.Dockerfile") },
        "go.tar.gz": { file },
      };
      return this.build(id, title, context, { BASE: under.id, GO: go.version });
    });
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

  private async build(
    id: string,
    title: string,
    context: Parameters<typeof provideImage>[0]["context"],
    buildArgs: Readonly<Record<string, string>>,
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
      inputs: { context: await contextDigest(context), buildArgs, platform: platform ?? null },
      context,
      buildArgs,
      read: async (image) =>
        parseFacts((await engine.readFile(image, "/opt/vivarium/facts")).toString("utf8")),
      explain: (code, lines) => explainImageBuild(title, code, lines),
    });
  }

  private entry(name: string): CatalogueImage {
    const entry = this.options.catalogue.images[name];
    if (entry === undefined)
      throw badRequest(`the catalogue has no image '${name}'`, "add it under `images`");
    return entry;
  }

  private once(name: string, make: () => Promise<Made<Facts>>): Promise<Made<Facts>> {
    const known = this.made.get(name);
    if (known !== undefined) return known;
    const fresh = make();
    this.made.set(name, fresh);
    return fresh;
  }
}

/** One environment's image; for several, EnvironmentImages shares what they have in common. */
export function provideEnvironment(
  environment: Environment,
  options: EnvironmentOptions,
): Promise<EnvironmentImage> {
  return new EnvironmentImages(options).provide(environment);
}

function suiteArguments(base: string, entry: CatalogueImage): Record<string, string> {
  return {
    BASE: base,
    PACKAGES: entry.packages.join(" "),
    ...(entry.suite === undefined ? {} : { SUITE: entry.suite }),
    ...(entry.overlay === undefined
      ? {}
      : { OVERLAY_SUITE: entry.overlay.suite, OVERLAY_PACKAGES: entry.overlay.packages.join(" ") }),
    ...(entry.rolling === true || entry.snapshot !== undefined ? { CHECK_VALID_UNTIL: "false" } : {}),
  };
}
