import { readFile, stat } from "node:fs/promises";
import { posix } from "node:path";
import * as z from "zod";
import { badRequest } from "../../failure.js";
import { Catalogue } from "../../manifest/catalogue.js";
import { parseDocumentAs } from "../../manifest/document.js";
import { Manifest } from "../../manifest/repro.js";
import { sourceFiles } from "../../manifest/source-hash.js";
import { formats } from "../../report/formats.js";
import type { Result } from "../../result/result.js";
import type { HeaderEntry } from "../../run/journal/entry.js";
import type { BundleFiles } from "./archive.js";
import { parseResult } from "../../campaign/finished-campaign.js";
import { holdScript } from "../../campaign/hold-script.js";
import { buildFiles, dockerfile, insideFiles } from "../../images/dockerfiles.js";
import type { ReproFolder } from "../../manifest/load.js";
import { SourcePin } from "../../manifest/source-recipe.js";
import { CampaignRequest } from "../../plan/request.js";
import { ScheduleFile } from "../../plan/schedule.js";
import { pinsOf } from "../../plan/source-pins.js";
import { PACKAGE_ROOT } from "../../workspace/package.js";

/** What one cell was built from, as it was read out of its image. */
export const Pin = z.strictObject({
  image: z.string(),
  dockerfile: z.string(),
  libc: z.strictObject({ family: z.string(), version: z.string(), package: z.string() }),
  go: z.string().nullable(),
  compiler: z.string(),
  packages: z.record(z.string(), z.string()),
  binarySha256: z.string(),
});
export type Pin = z.infer<typeof Pin>;

export const BundleIndex = z.strictObject({
  schema: z.literal("vivarium/bundle/1"),
  vivarium: z.string(),
  campaign: z.string(),
  /** The request that makes the campaign's plan again from repro and catalogue. */
  request: CampaignRequest,
  /** By cell. */
  pins: z.record(z.string(), Pin),
  /** Files of the repro that may be executed: a part of its hash. */
  executable: z.array(z.string()),
  /** What environments were built from, where that is source; their patches are among the files. */
  sources: z.array(SourcePin).optional(),
});
export type BundleIndex = z.infer<typeof BundleIndex>;

/** A bundle that was read back: everything in it checked against its schema. */
export interface Bundle {
  readonly index: BundleIndex;
  readonly manifest: Manifest;
  readonly catalogue: Catalogue;
  readonly result: Result;
  /** What its crashes come of, where vivarium chose the order of threads or held one. */
  readonly schedules: readonly ScheduleFile[];
  readonly files: BundleFiles;
}

/** A document as a bundle holds it. */
export const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** What a bundle is made from. */
export interface BundleParts {
  readonly header: HeaderEntry;
  readonly result: Result;
  /** The copy that the campaign ran; `outside` names what flags added. */
  readonly repro: ReproFolder;
  readonly catalogue: Catalogue;
  readonly version: string;
  /** Schedules and holds of its crashes, by their path in the campaign's folder. */
  readonly schedules: ReadonlyMap<string, ScheduleFile>;
  /** The text of a patch over a source. */
  readonly patch: (patch: SourcePin["patches"][number]) => Promise<string>;
  /** Replaces what is not for strangers in a document; the identity where all is kept. */
  readonly redact: (document: unknown) => unknown;
}

/** The files of a bundle, from what a campaign left on disk. */
export async function bundleFiles(parts: BundleParts): Promise<Map<string, Buffer>> {
  const { header, result, repro, catalogue, version, redact } = parts;
  const { plan, binaries } = header;
  const files = new Map<string, Buffer>();
  const executable: string[] = [];
  const sources = pinsOf(plan);
  for (const [path, from] of await sourceFiles(repro)) {
    files.set(`repro/${path}`, await readFile(from));
    if (((await stat(from)).mode & 0o111) !== 0) executable.push(path);
  }
  files.set("repro/repro.yaml", await readFile(posix.join(repro.path, "repro.yaml")));
  const pins = Object.fromEntries(
    plan.cells.flatMap(({ id, builtIn }) => {
      const binary = binaries[id];
      if (binary === undefined) return [];
      const { libc, go, compiler, packages } = binary.builtIn;
      return [
        [
          id,
          {
            image: builtIn.image,
            dockerfile: catalogue.images[builtIn.image]?.dockerfile ?? "",
            libc: { ...libc },
            go: go?.version ?? null,
            compiler,
            packages: { ...packages },
            binarySha256: binary.sha256,
          } satisfies Pin,
        ],
      ];
    }),
  );
  const index: BundleIndex = {
    schema: "vivarium/bundle/1",
    vivarium: version,
    campaign: header.id,
    request: plan.request,
    pins,
    executable,
    ...(sources.length === 0 ? {} : { sources }),
  };
  await addSources(files, sources, parts);
  files.set("bundle.json", json(sharedIndex(index, redact)));
  files.set("plan.json", json(redact(plan)));
  files.set("catalogue.json", json(catalogue));
  for (const name of new Set(Object.values(pins).map((pin) => pin.dockerfile)).values()) {
    if (name !== "") files.set(`dockerfiles/${name}`, Buffer.from(await dockerfile(name)));
  }
  for (const [path, { file }] of Object.entries(await insideFiles()))
    files.set(`dockerfiles/${path}`, await readFile(file));
  for (const [name, { file }] of Object.entries(await buildFiles()))
    files.set(`dockerfiles/build/${name}`, await readFile(file));
  for (const name of ["json", "github", "html", "plain"] as const) {
    files.set(formats[name].file, Buffer.from(await formats[name].render(result)));
  }
  addEvidence(files, result);
  for (const [path, schedule] of parts.schedules) files.set(path, json(redact(schedule)));
  files.set("README.txt", Buffer.from(readme(result)));
  return files;
}

/** The index for strangers: all is redacted but the names of files, which the bundle holds under them. */
function sharedIndex(index: BundleIndex, redact: BundleParts["redact"]): BundleIndex {
  const shared = redact(index) as BundleIndex;
  const { run } = index.request;
  const kept = {
    executable: index.executable,
    ...(index.sources === undefined ? {} : { sources: index.sources }),
  };
  if (run === undefined) return { ...shared, ...kept };
  // Paths in the container are its keys, in the same order.
  const paths = Object.keys(shared.request.run?.files ?? {});
  const named = Object.values(run.files ?? {}).map((path, i) => [paths[i] as string, path]);
  const laid = {
    ...shared.request.run,
    ...(run.files === undefined ? {} : { files: Object.fromEntries(named) as Record<string, string> }),
    ...(run.stdin === undefined ? {} : { stdin: run.stdin }),
  };
  return { ...shared, ...kept, request: { ...shared.request, run: laid } };
}

/** Each crash on its own, and what holds a thread for it by hand, in gdb. */
function addEvidence(files: Map<string, Buffer>, result: Result): void {
  for (const environment of result.environments) {
    for (const { id, title, evidence, hold } of environment.signatures) {
      files.set(`evidence/${environment.id.replace(/[^\w.-]+/g, "_")}-${id}.json`, json({ title, evidence }));
      const script = hold === undefined ? null : holdScript(hold, title);
      if (hold !== undefined && script !== null) files.set(hold.script, Buffer.from(script));
    }
  }
}

/** What environments were built from: the patches over their sources, and the recipes. The trees are in whatever clone has their commits. */
async function addSources(
  files: Map<string, Buffer>,
  sources: readonly SourcePin[],
  { patch }: BundleParts,
): Promise<void> {
  for (const { name, sha256 } of sources.flatMap(({ patches }) => patches))
    files.set(patchPath(sha256), Buffer.from(await patch({ name, sha256 })));
  for (const recipe of new Set(sources.map(({ recipe }) => `${recipe}.yaml`)))
    files.set(`recipes/${recipe}`, await readFile(posix.join(PACKAGE_ROOT, "recipes", recipe)));
}

/** Where a bundle holds the text of a patch that lies over a source. */
export function patchPath(sha256: string): string {
  return `sources/${sha256}.patch`;
}

/** Reads a bundle's files back. Throws a Failure("request") for what is not as its schema says. */
export function readBundle(files: BundleFiles, name: string): Bundle {
  const text = (path: string): string => {
    const content = files.get(path);
    if (content === undefined)
      throw badRequest(`${name}: has no ${path}`, "it is not a bundle of vivarium, or it is damaged");
    return content.toString("utf8");
  };
  return {
    index: parseDocumentAs(BundleIndex, text("bundle.json"), `${name}: bundle.json`),
    manifest: parseDocumentAs(Manifest, text("repro/repro.yaml"), `${name}: repro/repro.yaml`),
    catalogue: parseDocumentAs(Catalogue, text("catalogue.json"), `${name}: catalogue.json`),
    result: parseResult(text("result.json"), `${name}: result.json`),
    schedules: [...files.keys()]
      .filter((path) => /^(schedules|holds)\/.*\.json$/.test(path))
      .map((path) => parseDocumentAs(ScheduleFile, text(path), `${name}: ${path}`)),
    files,
  };
}

function readme(result: Result): string {
  return `A crash, kept by vivarium ${result.vivarium}: ${result.plan.repro.title}

Run it again and check every claim:   vivarium verify THIS-FILE.tar.gz
Check that nothing was changed:       tar xzf THIS-FILE.tar.gz && cd bundle && sha256sum -c SHA256SUMS
Read it:                              report.html (browser), report.md (tracker), report.plain.md (editor)

repro/        the program, its patches and files, and repro.yaml
bundle.json   what each environment was built from: package versions, compiler, the program's sha256
plan.json     what was run, every default filled in
catalogue.json, dockerfiles/   the recipe of the images
result.json   the result (schema vivarium/result/1); evidence/ holds each crash on its own
schedules/    where threads were scheduled: what each crash comes of, for vivarium run --schedule
holds/        where one thread is to be held for a crash to come, for the same, and for gdb -x
binary/, image/   where they were asked for: the programs that ran, and the images that they ran in, by the ids that
              result.json names (docker load -i image/images.tar)

It was made by:   ${result.plan.command}
`;
}
