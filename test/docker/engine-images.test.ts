import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/docker/engine.js";
import { atEnd, openEngine, openFaultyEngine } from "./engines.js";
import { ours } from "./raw.js";
import { tinyImage, tinyTar } from "./tiny.js";

const unique = (): string => `vivarium-test/images:${randomBytes(6).toString("hex")}`;

function removed(engine: Engine, tag: string): string {
  atEnd(() => engine.removeImage(tag));
  return tag;
}

describe("images", () => {
  it("are made of a tar, with labels of any text", async () => {
    const engine = await openEngine();
    const tag = removed(engine, unique());
    const labels = { plain: "value", odd: `a "b" \\ $c = 'd' é #` };
    const id = await engine.importImage(tinyTar({ "etc/x": { content: Buffer.from("x") } }), tag, labels);
    expect(await engine.inspectImage(tag)).toMatchObject({ id, labels, tags: [tag] });
    expect(await engine.inspectImage(id)).toMatchObject({ id });
  });

  it("are not made of a tar that breaks off", async () => {
    const engine = await openEngine();
    const tag = removed(engine, unique());
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(1024, "x");
        throw new Error("mmdebstrap: killed");
      })(),
      { objectMode: false },
    );
    await expect(engine.importImage(broken, tag, {})).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("mmdebstrap: killed"),
    });
    expect(await engine.inspectImage(tag)).toBeNull();
  });

  it("are not there where they are not, and removing those is no error", async () => {
    const engine = await openEngine();
    expect(await engine.inspectImage("vivarium-test/none:none")).toBeNull();
    expect(await engine.inspectImage(`sha256:${"0".repeat(64)}`)).toBeNull();
    await engine.removeImage("vivarium-test/none:none");
  });

  it("take another tag, and lose it alone", async () => {
    const engine = await openEngine();
    const tag = await tinyImage(engine);
    const other = removed(engine, unique());
    const id = (await engine.inspectImage(tag))?.id ?? "";
    await engine.tagImage(id, other);
    expect((await engine.inspectImage(other))?.id).toBe(id);
    await engine.removeImage(other);
    expect(await engine.inspectImage(other)).toBeNull();
    expect((await engine.inspectImage(tag))?.id).toBe(id);
  });

  it("go out and come back whole", async () => {
    const engine = await openEngine();
    const tag = removed(engine, unique());
    const id = await engine.importImage(tinyTar({ "etc/x": { content: randomBytes(300_000) } }), tag, {});
    const chunks: Buffer[] = [];
    for await (const chunk of (await engine.saveImage(tag)) as AsyncIterable<Buffer>) chunks.push(chunk);
    await engine.removeImage(tag);
    expect(await engine.inspectImage(id)).toBeNull();
    await engine.loadImage(Readable.from(chunks));
    expect((await engine.inspectImage(tag))?.id).toBe(id);
  });

  it("go out together, and come back each by its id", async () => {
    const engine = await openEngine();
    const ids = await Promise.all(
      [1, 2].map(() =>
        engine.importImage(tinyTar({ x: { content: randomBytes(100) } }), removed(engine, unique()), {}),
      ),
    );
    const chunks: Buffer[] = [];
    for await (const chunk of (await engine.saveImage(...ids)) as AsyncIterable<Buffer>) chunks.push(chunk);
    for (const id of ids) await engine.removeImage(id);
    await engine.loadImage(Readable.from(chunks));
    for (const id of ids) {
      expect(await engine.inspectImage(id)).toMatchObject({ id });
      await engine.removeImage(id);
    }
  });

  it.each([
    ["cut", { kind: "cut-after", bytes: 40_000 }],
    ["stalled", { kind: "stall-after", bytes: 40_000 }],
  ] as const)("that are %s on their way out fail their reader", async (_, fault) => {
    const { engine, proxy } = await openFaultyEngine(0.01);
    const tag = await tinyImage(await openEngine());
    proxy.inject({
      fault,
      on: "GET /images/get",
    });
    const read = async (): Promise<number> => {
      let bytes = 0;
      for await (const chunk of (await engine.saveImage(tag)) as AsyncIterable<Buffer>) bytes += chunk.length;
      return bytes;
    };
    await expect(read()).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("save image"),
    });
    expect(proxy.hits).toHaveLength(1);
  });

  it("let a file be read out of them, through links, and leave no container", async () => {
    const engine = await openEngine();
    const content = randomBytes(200_000);
    const tag = removed(engine, unique());
    await engine.importImage(
      tinyTar({
        "etc/real": { content },
        "etc/link": { linkTo: "real" },
        "tmp/far": { linkTo: "/etc/link" },
        "tmp/loop": { linkTo: "/tmp/loop" },
        "etc/empty": {},
      }),
      tag,
      {},
    );
    expect((await engine.readFile(tag, "/etc/real")).equals(content)).toBe(true);
    expect((await engine.readFile(tag, "/tmp/far")).equals(content)).toBe(true);
    expect(await engine.readFile(tag, "/etc/empty")).toHaveLength(0);
    await expect(engine.readFile(tag, "/etc/none")).rejects.toMatchObject({
      message: expect.stringContaining("/etc/none"),
    });
    await expect(engine.readFile(tag, "/etc")).rejects.toMatchObject({
      message: expect.stringContaining("directory"),
    });
    await expect(engine.readFile(tag, "/tmp/loop")).rejects.toMatchObject({
      message: expect.stringContaining("loop"),
    });
    expect(await ours()).toEqual([]);
  });
});
