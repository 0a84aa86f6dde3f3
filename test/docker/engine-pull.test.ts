import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/docker/engine.js";
import { atEnd, openEngine } from "./engines.js";
import { TinyRegistry } from "./registry.js";
import { tinyProgram, tinyTar } from "./tiny.js";

let layer: Buffer;
beforeAll(async () => {
  const chunks: Buffer[] = [];
  const tar = tinyTar({ tiny: { content: await tinyProgram(), mode: 0o755 } });
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  layer = Buffer.concat(chunks);
});

async function open(
  login: string | null = null,
): Promise<{ engine: Engine; registry: TinyRegistry; image: string }> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-config-"));
  const registry = await TinyRegistry.open(layer, login);
  const engine = await openEngine({ env: { ...process.env, DOCKER_CONFIG: folder } });
  const image = `${registry.host}/tiny:1`;
  atEnd(async () => {
    await engine.removeImage(image);
    await registry.close();
    await rm(folder, { recursive: true });
  });
  if (login !== null) {
    const auths = { [registry.host]: { auth: Buffer.from(login).toString("base64") } };
    await writeFile(join(folder, "config.json"), JSON.stringify({ auths }));
  }
  return { engine, registry, image };
}

describe("a pull", () => {
  it("gives the image with its digest, by which it can be pulled again", async () => {
    const { engine, registry, image } = await open();
    const lines: string[] = [];
    const record = await engine.pull(image, { onLine: (line) => lines.push(line) });
    expect(record.repoDigests).toEqual([`${registry.host}/tiny@${registry.digest}`]);
    expect(record.tags).toEqual([image]);
    expect(lines).toContain(`Digest: ${registry.digest}`);
    const again = await engine.pull(`${registry.host}/tiny@${registry.digest}`);
    expect(again.id).toBe(record.id);
  });

  it("tries again where the registry is overloaded, and says so", async () => {
    const { engine, registry, image } = await open();
    // The engine itself asks more than once.
    registry.refuseNext(4, 503, "UNAVAILABLE");
    const lines: string[] = [];
    await engine.pull(image, { onLine: (line) => lines.push(line) });
    expect(registry.answers[0]).toBe(503);
    expect(lines.some((line) => line.includes("trying again"))).toBe(true);
  });

  it("does not try again where there is no such image", async () => {
    const { engine, registry } = await open();
    await expect(engine.pull(`${registry.host}/tiny:2`)).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("tiny:2"),
      remedy: expect.stringContaining("name, tag and platform"),
    });
    expect(new Set(registry.answers).size).toBe(1);
    expect(registry.answers.length).toBeLessThanOrEqual(2);
  });

  it("uses the login that docker keeps", async () => {
    const { engine, registry, image } = await open("user:pass:word");
    await engine.pull(image);
    expect(registry.logins.at(-1)).toBe(`Basic ${Buffer.from("user:pass:word").toString("base64")}`);
  });

  it("says how to log in where that is missing", async () => {
    const { registry, image } = await open("user:password");
    const stranger = await openEngine({ env: { ...process.env, DOCKER_CONFIG: "/nonexistent" } });
    await expect(stranger.pull(image)).rejects.toMatchObject({
      kind: "infrastructure",
      remedy: expect.stringContaining(`docker login ${registry.host}`),
    });
  });

  it("stops at once when it is interrupted", async () => {
    const { engine, registry, image } = await open();
    registry.refuseNext(100, 503, "UNAVAILABLE");
    const abort = new AbortController();
    const pulled = engine.pull(image, { signal: abort.signal, onLine: () => abort.abort() });
    await expect(pulled).rejects.toMatchObject({ kind: "interrupted" });
  });
});
