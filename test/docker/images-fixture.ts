import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Engine } from "../../src/docker/engine.js";
import type { Binary } from "../../src/images/binary.js";
import { DOCKERFILES } from "../../src/images/dockerfiles.js";
import { provideBinaries } from "../../src/images/provide.js";
import { Catalogue } from "../../src/manifest/catalogue.js";
import { parseDocumentAs } from "../../src/manifest/document.js";
import { loadRepro } from "../../src/manifest/load.js";
import { makePlan } from "../../src/plan/make.js";
import type { CampaignRequest } from "../../src/plan/request.js";
import type { ProgressEvent } from "../../src/progress/event.js";
import { expect, vi } from "vitest";
import { atEnd } from "./engines.js";

export const catalogue = parseDocumentAs(
  Catalogue,
  readFileSync(join(DOCKERFILES, "catalogue.yaml"), "utf8"),
  "catalogue.yaml",
);

/**
 * Watches what this engine is given to import; the function that it returns tells what of it is still there, by name or id. Others that
 * import at the same time are not seen.
 */
export function importsLeft(engine: Engine): () => Promise<string[]> {
  const imports = vi.spyOn(engine, "importImage");
  return async () => {
    expect(imports).toHaveBeenCalled();
    const ids = await Promise.allSettled(imports.mock.results.map(({ value }) => value as Promise<string>));
    const names = [
      ...imports.mock.calls.flatMap(([, tag]) => [tag, tag.replace(/-unfinished$/, "")]),
      ...ids.flatMap((id) => (id.status === "fulfilled" ? [id.value] : [])),
    ];
    const found = await Promise.all(names.map((name) => engine.inspectImage(name)));
    return names.filter((_name, i) => found[i] !== null);
  };
}

/** A repro folder made of these files, removed at the test's end; returns its path. */
export async function reproFolder(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-repro-"));
  atEnd(() => rm(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** The binaries of a repro, by cell, and what was told meanwhile. */
export async function provide(
  engine: Engine,
  path: string,
  request: CampaignRequest,
): Promise<{ binaries: Map<string, Binary | Error>; events: ProgressEvent[] }> {
  const repro = await loadRepro(path, [], "/");
  const plan = makePlan({
    manifest: repro.manifest,
    sourceHash: "",
    catalogue,
    request,
    seed: 1,
    parallel: 1,
    command: [],
  });
  const events: ProgressEvent[] = [];
  const sink = (event: ProgressEvent): void => void events.push(event);
  const binaries = await provideBinaries(plan, { engine, repro, catalogue, base: "auto", sink });
  return { binaries, events };
}

/** The one binary of a repro in one environment; throws its Failure. */
export async function provideOne(
  engine: Engine,
  path: string,
  request: CampaignRequest = {},
): Promise<Binary> {
  const { binaries } = await provide(engine, path, { environments: ["glibc-2.36"], ...request });
  const [binary, ...others] = binaries.values();
  if (binary === undefined || others.length > 0) throw new Error(`${binaries.size} binaries in place of one`);
  if (binary instanceof Error) throw binary;
  return binary;
}

/** Runs a binary as an attempt would be: confined, as nobody, on a read-only root. */
export async function runOnce(
  engine: Engine,
  binary: Binary,
  args: readonly string[] = [],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const container = await engine.start({
    image: binary.image,
    command: [binary.program, ...args],
    labels: { "vivarium.test": "images" },
    user: "65534:65534",
    env: {},
    memory: 512 * 1024 ** 2,
    processes: 64,
    tmpfs: {},
    network: "none",
    capabilities: [],
  });
  try {
    container.stdin.end();
    const chunks: Buffer[] = [];
    for await (const chunk of container.stdout) chunks.push(chunk);
    const { exitCode, trusted, why } = await container.ended();
    if (!trusted) throw new Error(`not to be trusted: ${why}`);
    return { code: exitCode, stdout: Buffer.concat(chunks).toString("utf8"), stderr: container.stderrTail() };
  } finally {
    await container.remove();
  }
}
