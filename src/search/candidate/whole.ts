import { rm, writeFile, mkdir, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";
import type { Engine } from "../../docker/engine.js";
import { badRequest } from "../../failure.js";
import { EnvironmentImages } from "../../images/environment.js";
import { readSources } from "../../images/sources.js";
import { namedFiles, type ReproFolder } from "../../manifest/load.js";
import type { Catalogue } from "../../manifest/catalogue.js";
import type { Manifest } from "../../manifest/repro.js";
import { partsOf } from "../../manifest/pattern.js";
import type { CampaignRequest } from "../../plan/request.js";
import type { Prepared } from "../../request/prepare.js";
import type { BaseChoice } from "../../images/base/base.js";
import type { SnapshotArchive } from "../../images/base/snapshot.js";
import type { Pins } from "../../images/pins.js";
import type { Files } from "../syntax/edit.js";
import { PARSED_LANGUAGES, type ParsedLanguage } from "../syntax/grammar.js";
import { CandidateBench } from "./bench.js";
import type { BuildLimits } from "./build-limit.js";
import { flattened } from "./flatten.js";
import { covers, type Material } from "./material.js";

/** Larger text files are data that no search takes apart. */
const MAX_TEXT = 1024 * 1024;

/** The whole program of a search that changes programs, before anything was changed. */
export interface Whole {
  readonly material: Material;
  readonly language: ParsedLanguage;
  /** The repro's folder, for the files that no material holds. */
  readonly folder: string;
  /** The request that plans of materials are made of: flags are in the manifest by now. */
  readonly request: CampaignRequest;
}

/** Makes the whole out of what was prepared. Throws a Failure("request") for what is no source. */
export async function wholeOf({ repro, plan }: Prepared): Promise<Whole> {
  const { manifest } = repro;
  const { language } = manifest;
  if (!isParsed(language)) {
    throw badRequest(
      `${manifest.name}: its language is '${language}', and only sources can be taken apart`,
      `there is a parser of ${PARSED_LANGUAGES.join(", ")}`,
    );
  }
  if (plan.variant === null) throw badRequest("one variant at a time", "choose one: --variant NAME");
  const { environments, parallel, seed, captures } = plan.request;
  const flat = flattened(manifest, plan.variant, plan.request);
  const request: CampaignRequest = {
    environments: environments?.length ? environments : plan.cells.map(({ builtIn }) => builtIn.id),
    ...Object.fromEntries(
      Object.entries({ parallel, seed, captures, expect: plan.request.expect }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  };
  return {
    material: { manifest: await walked(repro, flat), files: await textFiles(repro, flat) },
    language,
    folder: repro.path,
    request,
  };
}

function isParsed(language: Manifest["language"]): language is ParsedLanguage {
  return (PARSED_LANGUAGES as readonly string[]).includes(language);
}

/** Folders among the sources as the files that are in them, so that each can be left out. */
async function walked(repro: ReproFolder, manifest: Manifest): Promise<Manifest> {
  const all = Object.keys(await readSources(repro.path, manifest.sources));
  // Whoever names the whole folder does not mean the manifest.
  return {
    ...manifest,
    sources: all.filter((path) => path !== "repro.yaml" || manifest.sources.includes(path)),
  };
}

async function textFiles(repro: ReproFolder, manifest: Manifest): Promise<Files> {
  // A patch is all or nothing: half of one does not apply.
  const named = [...namedFiles(manifest).keys()].filter((path) => !(manifest.patches ?? []).includes(path));
  const read = await readSources(repro.path, named);
  return Object.fromEntries(
    Object.entries(read).flatMap(([path, { content }]) => {
      const text = content.toString("utf8");
      const isText = content.length <= MAX_TEXT && !content.includes(0) && Buffer.from(text).equals(content);
      return isText ? [[path, text] as const] : [];
    }),
  );
}

export interface BenchSettings {
  readonly engine: Engine;
  readonly base?: BaseChoice | undefined;
  readonly platform?: string | undefined;
  readonly snapshotArchive?: SnapshotArchive | undefined;
  readonly pins?: Pins | null | undefined;
  readonly limits?: BuildLimits | undefined;
  readonly signal: AbortSignal;
}

/** The bench for candidates of a whole. `id`: the search's, a label of every container. */
export function benchFor(
  whole: Whole,
  { catalogue, plan }: Prepared,
  id: string,
  settings: BenchSettings,
): CandidateBench {
  const { engine, signal, base = "auto" } = settings;
  return new CandidateBench({
    engine,
    images: new EnvironmentImages({ ...settings, catalogue, base, sink: () => undefined }),
    folder: whole.folder,
    whole: whole.material,
    limits: settings.limits,
    planning: {
      catalogue,
      request: {
        ...whole.request,
        environments: withSanitizers(whole.request.environments ?? [], catalogue),
      },
      seed: plan.seed,
      parallel: plan.parallel,
    },
    search: id,
    labels: { "vivarium.campaign": id },
    signal,
  });
}

/**
 * The environments and, where all are musl's, which has no sanitizers, the glibc of the first one's own image: there a program can be looked at
 * without another image. An Alpine has none.
 */
function withSanitizers(environments: readonly string[], { environments: known }: Catalogue): string[] {
  const familyOf = (name: string): string | undefined => known[partsOf(name)[0]]?.libc.family;
  const image = known[partsOf(environments[0] ?? "")[0]]?.image;
  const beside = Object.keys(known).find(
    (name) => familyOf(name) === "glibc" && known[name]?.image === image,
  );
  return beside === undefined || environments.some((name) => familyOf(name) !== "musl")
    ? [...environments]
    : [...environments, beside];
}

/** Writes a material as a repro's folder: its manifest, its files, and those that it names and does not hold. It is there whole, or not at all. */
export async function writeRepro(to: string, { manifest, files }: Material, from: string): Promise<void> {
  const draft = join(dirname(to), `.${basename(to)}.draft`);
  await rm(draft, { recursive: true, force: true });
  const kept = [...namedFiles(manifest).keys()].filter((path) => files[path] === undefined);
  const others = await readSources(from, kept);
  const wanted = Object.entries(files).filter(([path]) => isNamed(manifest, path));
  const all = [...Object.entries(others).map(([path, { content }]) => [path, content] as const), ...wanted];
  for (const [path, content] of all) {
    await mkdir(dirname(join(draft, path)), { recursive: true });
    await writeFile(join(draft, path), content);
  }
  await writeFile(join(draft, "repro.yaml"), stringify(readable(manifest), { lineWidth: 120 }));
  await rm(to, { recursive: true, force: true });
  await rename(draft, to);
}

/** The manifest with addresses as people write them. */
function readable(manifest: Manifest): Manifest {
  const { expect } = manifest;
  if (expect === undefined) return manifest;
  const lines = expect.map((line) => {
    const address = line["fault-address"];
    return typeof address === "number" ? { ...line, "fault-address": `0x${address.toString(16)}` } : line;
  });
  return { ...manifest, expect: lines };
}

/** Whether a manifest names a file, or a folder above it. */
export function isNamed(manifest: Manifest, path: string): boolean {
  return [...namedFiles(manifest).keys()].some((named) => covers(named, path));
}
