import { randomUUID } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import type { Engine } from "../../src/docker/engine.js";
import { provideBase, type Base, type BaseChoice } from "../../src/images/base/base.js";
import { provideEnvironment } from "../../src/images/environment.js";
import { KIND } from "../../src/images/labels.js";
import type { CatalogueImage } from "../../src/manifest/catalogue.js";
import type { Environment } from "../../src/plan/plan.js";
import type { ProgressEvent } from "../../src/progress/event.js";
import { atEnd, openEngine } from "./engines.js";
import { catalogue, importsLeft } from "./images-fixture.js";
import { TinyRegistry } from "./registry.js";
import { tinyTar } from "./tiny.js";

afterEach(() => vi.unstubAllEnvs());

/** A suite of the real catalogue, as the image entry of a test. */
function entry(change: Partial<CatalogueImage> = {}): CatalogueImage {
  return { ...(catalogue.images["bookworm"] as CatalogueImage), ...change };
}

async function provide(
  engine: Engine,
  image: CatalogueImage,
  choice: BaseChoice,
  pinned: string | null = null,
): Promise<{ base: Base; events: ProgressEvent[] }> {
  const events: ProgressEvent[] = [];
  const base = await provideBase("test", image, {
    engine,
    choice,
    pinned,
    sink: (event) => void events.push(event),
  });
  return { base, events };
}

/** A registry on loopback with one image that nobody has yet, in place of a public one. */
async function registryImage(): Promise<string> {
  const layer: Buffer[] = [];
  for await (const chunk of tinyTar({ [`only-${randomUUID()}`]: { content: Buffer.from("x") } })) {
    layer.push(chunk as Buffer);
  }
  const registry = await TinyRegistry.open(Buffer.concat(layer));
  atEnd(() => registry.close());
  return `${registry.host}/tiny:1`;
}

/** Removes an image by all of its names. */
async function forget(engine: Engine, id: string): Promise<void> {
  const { tags = [], repoDigests = [] } = (await engine.inspectImage(id)) ?? {};
  for (const name of [...tags, ...repoDigests]) await engine.removeImage(name);
  await engine.removeImage(id);
}

test("a registry's image is pulled once and known by its digest", async () => {
  const engine = await openEngine();
  const reference = await registryImage();
  const first = await provide(engine, entry({ registry: reference }), "registry");
  expect(first.base.origin).toBe("registry");
  expect(first.base.digest).toMatch(/\/tiny@sha256:[0-9a-f]{64}$/);
  const second = await provide(engine, entry({ registry: reference }), "auto");
  expect(second.base).toEqual(first.base);
  expect(second.events).toMatchObject([{ kind: "step-ended", status: "cached" }]);
  await forget(engine, first.base.id);
});

test("without a registry, auto says so and makes the image here", async () => {
  const engine = await openEngine();
  // With `rolling` it is another image than the catalogue's own, which may be there already.
  const nowhere = entry({ registry: "127.0.0.1:9/debian:bookworm-slim", rolling: true });
  const { base, events } = await provide(engine, nowhere, "auto");
  atEnd(() => forget(engine, base.id));
  expect(base).toMatchObject({ origin: "bootstrap", digest: null });
  expect((await engine.inspectImage(base.id))?.labels[KIND]).toBe("base");
  expect(events.filter(({ kind }) => kind === "note")).toMatchObject([
    { text: expect.stringMatching(/^test: .*127\.0\.0\.1:9.*; making the base image here$/) },
  ]);
  // Made here, it is the suite that was asked for, in its own words.
  expect((await engine.readFile(base.id, "/etc/debian_version")).toString()).toMatch(/^12\./);
});

test("a pinned digest is pulled in place of the tag", async () => {
  const engine = await openEngine();
  const reference = await registryImage();
  const { base } = await provide(engine, entry({ registry: reference }), "registry");
  await forget(engine, base.id);
  const moved = entry({ registry: reference.replace("/tiny:1", "/tiny:gone") });
  const again = await provide(engine, moved, "registry", base.digest);
  expect(again.base).toEqual(base);
  await forget(engine, base.id);
});

test("--base registry never makes one here", async () => {
  const engine = await openEngine();
  const nowhere = entry({ registry: "127.0.0.1:9/debian:bookworm-slim" });
  await expect(provide(engine, nowhere, "registry")).rejects.toMatchObject({ kind: "infrastructure" });
});

test("a suite that does not exist is told in mmdebstrap's words, and no image is left", async () => {
  const engine = await openEngine();
  const left = importsLeft(engine);
  await expect(provide(engine, entry({ suite: "no-such-suite" }), "bootstrap")).rejects.toMatchObject({
    kind: "infrastructure",
    message: expect.stringMatching(/^mmdebstrap no-such-suite failed[^]*E: /),
  });
  expect(await left()).toEqual([]);
});

test("a machine without mmdebstrap says how to get it", async () => {
  const engine = await openEngine();
  vi.stubEnv("PATH", "/nowhere");
  await expect(provide(engine, entry({ suite: "trixie-updates" }), "bootstrap")).rejects.toMatchObject({
    kind: "infrastructure",
    message: "no mmdebstrap on this machine, which makes the base image of trixie-updates",
    remedy: expect.stringContaining("apt-get install mmdebstrap"),
  });
});

test("an entry pinned to a snapshot wants the archive's address", async () => {
  const engine = await openEngine();
  const pinned = entry({ snapshot: "20151204T042531Z" });
  await expect(provide(engine, pinned, "auto")).rejects.toMatchObject({
    kind: "request",
    message: expect.stringContaining("20151204T042531Z"),
  });
});

test("a catalogue that asserts another libc than there is refuses the environment", async () => {
  const engine = await openEngine();
  const environment: Environment = {
    id: "glibc-2.99",
    libc: { family: "glibc", version: "2.99", package: "libc6" },
    go: null,
    image: "bookworm",
  };
  const refused = provideEnvironment(environment, {
    engine,
    catalogue,
    base: "auto",
    sink: () => undefined,
  });
  await expect(refused).rejects.toThrow(
    "glibc-2.99: the image has glibc 2.36, and the catalogue asserts 2.99",
  );
});
