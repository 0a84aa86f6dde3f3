import { once } from "node:events";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import { spawnModule } from "./child.js";
import { atEnd, openEngine, openFaultyEngine, tinyRequest } from "./engines.js";
import { ask, containersNamed, ours } from "./raw.js";
import { tinyImage } from "./tiny.js";

let image: string;
beforeAll(async () => {
  const engine = await connect({ env: process.env });
  image = await tinyImage(engine);
  engine.close();
});

// docs/explanation/docker-failures.md, 3.
describe("a create that is lost", () => {
  it.each([
    ["after it was sent", { kind: "cut-sent" }],
    ["before its answer", { kind: "cut-after", bytes: 0 }],
    ["within its answer", { kind: "end-after", bytes: 200 }],
    ["by a proxy that says 502", { kind: "status", status: 502, forward: true }],
    ["in an answer that stalls", { kind: "stall-after", bytes: 50 }],
    ["in noise", { kind: "garbage", bytes: 0 }],
  ] as const)("%s leaves no container", async (_, fault) => {
    const { engine, proxy } = await openFaultyEngine(0.02);
    proxy.inject({ fault, on: "POST /containers/create" });
    await expect(engine.start(tinyRequest(image, ["sleep"]))).rejects.toMatchObject({
      kind: "infrastructure",
    });
    expect(proxy.hits).toHaveLength(1);
    // Whoever looked but once did so before the engine was done.
    await Promise.all(proxy.carriedOut);
    expect(await ours()).toEqual([]);
  });

  it("by the user's interrupt leaves no container, in ten of ten", async () => {
    const engine = await openEngine();
    for (let i = 0; i < 10; i++) {
      const abort = new AbortController();
      const started = engine.start(tinyRequest(image, ["sleep"]), abort.signal);
      setImmediate(() => abort.abort());
      await expect(started).rejects.toMatchObject({ kind: "interrupted" });
    }
    expect(await ours()).toEqual([]);
  });
});

// docs/explanation/docker-failures.md, 4.
describe("the end of everything", () => {
  it("removes every container, also one that ignores SIGTERM and one that is being made", async () => {
    const engine = await openEngine();
    await Promise.all([1, 2, 3].map(() => engine.start(tinyRequest(image, ["sleep"]))));
    const late = engine.start(tinyRequest(image, ["sleep"])).catch((error: unknown) => error);
    expect(await engine.removeAllLive()).toEqual([]);
    // At once: the process may end here.
    expect(await ours()).toEqual([]);
    expect(await late).toMatchObject({ name: "Failure" });
    await expect(engine.start(tinyRequest(image, ["sleep"]))).rejects.toMatchObject({ kind: "interrupted" });
  });

  it("waits for a create that the engine is carrying out, for the process may end right after", async () => {
    const { engine, proxy } = await openFaultyEngine(0.2);
    const late = engine.start(tinyRequest(image, ["sleep"])).catch((error: unknown) => error);
    expect(await engine.removeAllLive()).toEqual([]);
    // As if the process had ended: nobody is there any more to remove what comes later.
    proxy.inject({ fault: { kind: "cut-before" }, on: "any", times: Infinity });
    proxy.cutAll();
    expect(await late).toMatchObject({ name: "Failure" });
    expect(await ours()).toEqual([]);
  });

  it("may be asked for twice, and beside a removal", async () => {
    const engine = await openEngine();
    const container = await engine.start(tinyRequest(image, ["sleep"]));
    const all = await Promise.all([engine.removeAllLive(), container.remove(), engine.removeAllLive()]);
    expect(all[0]).toEqual([]);
    expect(await ours()).toEqual([]);
  });

  it("waits for a removal that the engine has begun (409), and tries again what it refused (500)", async () => {
    const { engine, proxy } = await openFaultyEngine(1);
    const container = await engine.start(tinyRequest(image, ["sleep"]));
    proxy.inject(
      { fault: { kind: "status", status: 409, forward: false }, on: "DELETE /containers/*", times: 2 },
      { fault: { kind: "status", status: 500, forward: false }, on: "DELETE /containers/*" },
      { fault: { kind: "cut-after", bytes: 0 }, on: "DELETE /containers/*" },
    );
    await container.remove();
    expect(proxy.hits).toHaveLength(4);
    expect(await ours()).toEqual([]);
  });
});

// docs/explanation/docker-failures.md, 14.
describe("a sweep", () => {
  it("removes what a killed process left, and nothing of a living one", async () => {
    const engine = await openEngine();
    const living = await engine.start(tinyRequest(image, ["sleep"]));
    const victim = spawnModule(new URL("victim.ts", import.meta.url), tinyRequest(image, ["sleep"]));
    atEnd(() => void victim.kill("SIGKILL"));
    await once(victim.stdout, "data");
    const prefix = `vivarium-${victim.pid}-`;
    expect(await containersNamed(prefix)).toHaveLength(2);
    // Others may have died meanwhile: what is theirs does not matter here.
    expect((await engine.sweep()).filter((each) => each.startsWith(prefix) || each === living.name)).toEqual(
      [],
    );
    expect(await containersNamed(prefix)).toHaveLength(2);
    victim.kill("SIGKILL");
    await once(victim, "exit");
    // Another vivarium on this engine may sweep first: what counts is that they are gone.
    await engine.sweep();
    expect(await containersNamed(prefix)).toEqual([]);
    expect(await ours()).toEqual([living.name]);
  });

  it("keeps a container of another host, and takes it once it has stopped and its time is over", async () => {
    const engine = await openEngine();
    const make = async (name: string, labels: Record<string, string>): Promise<void> => {
      const { status } = await ask("POST", `/containers/create?name=${name}`, {
        Image: image,
        Entrypoint: ["/tiny", "sleep"],
        Labels: {
          "vivarium.container": name,
          "vivarium.owner.pid": "1",
          "vivarium.owner.started": "1",
          ...labels,
        },
      });
      expect(status).toBe(201);
      atEnd(async () => void (await ask("DELETE", `/containers/${name}?force=1`)));
    };
    const name = `vivarium-0-${process.pid}`;
    const hours = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString();
    await make(`${name}-far`, { "vivarium.owner.host": "far", "vivarium.deadline": hours(1) });
    await make(`${name}-old`, { "vivarium.owner.host": "far", "vivarium.deadline": hours(-3) });
    await make(`${name}-old-runs`, { "vivarium.owner.host": "far", "vivarium.deadline": hours(-3) });
    await ask("POST", `/containers/${name}-old-runs/start`);
    await make(`${name}-stranger`, { "vivarium.container": "another", "vivarium.deadline": hours(-3) });
    await engine.sweep();
    expect((await containersNamed(name)).sort()).toEqual([
      `${name}-far`,
      `${name}-old-runs`,
      `${name}-stranger`,
    ]);
  });
});
