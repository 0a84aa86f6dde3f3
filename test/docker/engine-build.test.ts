import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import { BuildFailure, type BuildRequest, type Engine } from "../../src/docker/engine.js";
import { atEnd, openEngine, openFaultyEngine } from "./engines.js";
import { ask } from "./raw.js";
import { tinyImage } from "./tiny.js";

let image: string;
let before: ReadonlySet<string>;
beforeAll(async () => {
  const engine = await connect({ env: process.env });
  image = await tinyImage(engine);
  engine.close();
});
beforeEach(async () => {
  before = new Set(await remains());
});
afterAll(async () => {
  // A build whose stream is cut goes on for a moment on the engine: an image of its last step may be left, unnamed.
  for (const id of await remains()) await ask("DELETE", `/images/${id}`);
});

/** A build of a few steps over the tiny image; `salt` keeps it out of the engine's cache. */
function request(steps: string, salt: string, more: Partial<BuildRequest> = {}): BuildRequest {
  return {
    context: {
      Dockerfile: { content: `FROM ${image}\nCOPY salt /salt\n${steps}\n` },
      salt: { content: salt },
    },
    labels: { "vivarium.test": "build", "vivarium.key": salt },
    tag: `vivarium-test/build:${salt}`,
    network: "none",
    ...more,
  };
}

const salt = (): string => `t${process.pid}-${performance.now().toString(36).replace(".", "-")}`;

/** What a test's builds left on the engine. */
async function leftovers(): Promise<string[]> {
  return (await remains()).filter((id) => !before.has(id));
}

/** Containers of a build's steps, and images without a name and without a child. */
async function remains(): Promise<string[]> {
  const containers = (await ask("GET", "/containers/json?all=1")).body as {
    Id: string;
    Names: string[];
    Command: string;
  }[];
  const images = (await ask("GET", '/images/json?filters={"dangling":["true"]}')).body as { Id: string }[];
  const found = [];
  // A container of ours has a name of ours, whichever test made it; a step's has one of the builder's.
  for (const { Id, Names, Command } of containers)
    if (Command.startsWith("/tiny") && !Names.some((name) => name.startsWith("/vivarium-"))) found.push(Id);
  for (const { Id } of images) {
    const history = (await ask("GET", `/images/${Id}/history`)).body as { CreatedBy: string }[];
    if (Array.isArray(history) && history.some(({ CreatedBy }) => CreatedBy.includes("/salt")))
      found.push(Id);
  }
  return found;
}

async function removeAtEnd(engine: Engine, tag: string): Promise<void> {
  atEnd(() => engine.removeImage(tag));
}

describe("a build", () => {
  it("gives an image with the request's labels, and its output line by line", async () => {
    const engine = await openEngine();
    const lines: string[] = [];
    const build = request('RUN ["/tiny", "say", "hello\\n\\u001b[31mred\\n"]', salt(), {
      onLine: (line) => lines.push(line),
    });
    await removeAtEnd(engine, build.tag);
    const id = await engine.build(build);
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await engine.inspectImage(build.tag)).toMatchObject({
      id,
      labels: build.labels,
      tags: [build.tag],
    });
    expect(lines).toContain("hello");
    expect(lines).toContain("red");
    expect(await engine.listImages({ "vivarium.key": build.labels["vivarium.key"] ?? "" })).toMatchObject([
      { id },
    ]);
    // The same content again: the engine's cache gives the same image.
    expect(await engine.build(build)).toBe(id);
  });

  // docs/explanation/docker-failures.md, 7.
  it("whose step fails is a BuildFailure with the step's exit code and words", async () => {
    const engine = await openEngine();
    const build = request('RUN ["/tiny", "say", "before"]\nRUN ["/tiny", "exit", "42"]', salt());
    const failure = await engine.build(build).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BuildFailure);
    expect(failure).toMatchObject({
      code: 42,
      lines: expect.arrayContaining(["before"]),
    });
    expect(await engine.inspectImage(build.tag)).toBeNull();
    expect(await leftovers()).toEqual([]);
  });

  it.each([
    ["a file that is missing from the context", "COPY nothing /nothing"],
    ["an instruction that is none", "FLY away"],
  ])("of %s is a BuildFailure without an exit code", async (_, step) => {
    const engine = await openEngine();
    await expect(engine.build(request(step, salt()))).rejects.toMatchObject({
      name: "BuildFailure",
      code: null,
    });
    expect(await leftovers()).toEqual([]);
  });

  // docs/explanation/docker-failures.md, 8.
  it("of a bad context fails before the engine hears of it, and the process lives", async () => {
    const { engine, proxy } = await openFaultyEngine(1);
    const folder = await mkdtemp(join(tmpdir(), "vivarium-context-"));
    atEnd(() => rm(folder, { recursive: true }));
    await symlink("/etc/passwd", join(folder, "link"));
    for (const file of [join(folder, "missing"), join(folder, "link"), "/dev/zero"]) {
      const build = request("", salt());
      await expect(
        engine.build({ ...build, context: { ...build.context, odd: { file } } }),
      ).rejects.toMatchObject({
        kind: "request",
        message: expect.stringContaining(file),
      });
    }
    expect(proxy.requests).not.toContain("POST /build");
  });

  it("that is interrupted ends, and leaves no container and no image", async () => {
    const engine = await openEngine();
    const abort = new AbortController();
    const build = request('RUN ["/tiny", "sleep"]', salt(), {
      signal: abort.signal,
      onLine: (line) => {
        if (/Running in|^STEP 3/.test(line)) abort.abort();
      },
    });
    await expect(engine.build(build)).rejects.toMatchObject({ kind: "interrupted" });
    expect(await leftovers()).toEqual([]);
  });

  it("that takes longer than its deadline ends, and leaves nothing", async () => {
    const engine = await openEngine();
    const build = request('RUN ["/tiny", "sleep"]', salt(), { deadlineMs: 3000 });
    await expect(engine.build(build)).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("3 s"),
    });
    expect(await leftovers()).toEqual([]);
  });

  // docs/explanation/docker-failures.md, 7: what a progress reader takes for success.
  it.each([
    ["is cut", { kind: "cut-after", bytes: 120 }],
    ["ends early, in good order", { kind: "end-after", bytes: 120 }],
    ["turns into noise", { kind: "garbage", bytes: 120 }],
    ["is refused by a proxy, though built", { kind: "status", status: 502, forward: true }],
  ] as const)("whose stream %s is a failure", async (_, fault) => {
    const { engine, proxy } = await openFaultyEngine();
    const build = request('RUN ["/tiny", "exit", "0"]', salt(), { deadlineMs: 60_000 });
    await removeAtEnd(engine, build.tag);
    proxy.inject({ fault, on: "POST /build", ofBody: true });
    await expect(engine.build(build)).rejects.toMatchObject({ kind: "infrastructure" });
    expect(proxy.hits).toEqual(["POST /build"]);
  });

  it("whose image carries another label than asked for is a failure", async () => {
    const engine = await openEngine();
    const build = request("", salt());
    await removeAtEnd(engine, build.tag);
    // The classic builder takes labels from the request; an engine that drops them would reuse another build's image.
    const { verifiedImage } = await import("../../src/docker/image/images.js");
    const { Wire } = await import("../../src/docker/connection/wire.js");
    const { resolveAddress } = await import("../../src/docker/connection/address.js");
    await engine.build(build);
    const wire = new Wire(resolveAddress({ env: process.env }), null);
    await expect(verifiedImage(wire, build.tag, { "vivarium.key": "other" }, "build")).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("vivarium.key"),
    });
  });

  // docs/explanation/docker-failures.md, 18.
  it("lays a file over a container's read-only root by a derived layer", async () => {
    const engine = await openEngine();
    const build = request("COPY salt /etc/nsswitch.conf", salt());
    await removeAtEnd(engine, build.tag);
    await engine.build(build);
    expect((await engine.readFile(build.tag, "/etc/nsswitch.conf")).toString()).toBe(
      build.labels["vivarium.key"],
    );
  });
});
