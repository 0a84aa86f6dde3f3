import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import { openEngine, openFaultyEngine, outputOf, tinyRequest } from "./engines.js";
import { ask, ours } from "./raw.js";
import { tinyImage } from "./tiny.js";

let image: string;
beforeAll(async () => {
  const engine = await connect({ env: process.env });
  image = await tinyImage(engine);
  engine.close();
});

describe("a container", () => {
  it("gives its output, its errors and its exit code, and is gone after its removal", async () => {
    const engine = await openEngine();
    const container = await engine.start(tinyRequest(image, ["say", "out", "err"]));
    expect(await outputOf(container)).toBe("out");
    expect(await container.ended()).toEqual({ exitCode: 0, oomKilled: false, trusted: true, why: null });
    expect(container.stderrTail()).toBe("err");
    expect(await ours()).toEqual([container.name]);
    await container.remove();
    await container.remove();
    expect(await ours()).toEqual([]);
  });

  it("tells exit codes apart", async () => {
    const engine = await openEngine();
    for (const code of [0, 1, 139, 255]) {
      const container = await engine.start(tinyRequest(image, ["exit", String(code)]));
      expect(await container.ended()).toMatchObject({ exitCode: code, trusted: true });
      await container.remove();
    }
  });

  // docs/explanation/docker-failures.md, 1: the engine cannot tell how process 1 crashed; the wait status of a child can.
  it("misreports a crash of process 1, and a child's wait status is right", async () => {
    const engine = await openEngine();
    const first = await engine.start(tinyRequest(image, ["raise", "11"]));
    expect((await first.ended()).exitCode).toBe(0);
    const child = await engine.start(tinyRequest(image, ["child-raise", "11"]));
    expect(Number(await outputOf(child)) & 0x7f).toBe(11);
  });

  it("takes its standard input, of any size, to its end", async () => {
    const engine = await openEngine();
    const container = await engine.start(tinyRequest(image, ["echo"]));
    const text = "0123456789abcdef".repeat(500_000);
    const read = outputOf(container);
    for (let at = 0; at < text.length; at += 1_000_000)
      await container.stdin.write(Buffer.from(text.slice(at, at + 1_000_000)));
    container.stdin.end();
    expect((await read) === text).toBe(true);
    expect(await container.ended()).toMatchObject({ exitCode: 0, trusted: true });
  });

  it("starts with an empty standard input: nothing of the request's body can reach it", async () => {
    const { engine, proxy } = await openFaultyEngine(1);
    const container = await engine.start(tinyRequest(image, ["echo"]));
    container.stdin.end();
    expect(await outputOf(container)).toBe("");
    const attach = proxy.heads[proxy.requests.findIndex((each) => each.endsWith("/attach"))];
    expect(attach).toMatch(/^content-length: 0\r\n/im);
    expect(attach?.endsWith("\r\n\r\n")).toBe(true);
  });

  // docs/explanation/docker-failures.md, 13.
  it("takes ten thousand one-byte writes apart by stream", async () => {
    const engine = await openEngine();
    const container = await engine.start(tinyRequest(image, ["dribble", "10000"]));
    expect(await outputOf(container)).toBe("o".repeat(5000));
    expect(container.stderrTail()).toBe("e".repeat(5000));
  });

  it("holds little of a flood that nobody reads, and loses none of it", async () => {
    const engine = await openEngine();
    const bytes = 200_000_000;
    const container = await engine.start(tinyRequest(image, ["flood", String(bytes)]));
    const reader = container.stdout[Symbol.asyncIterator]();
    let read = (await reader.next()).value?.length ?? 0;
    const { body } = await ask("GET", `/containers/${container.id}/json`);
    // It waits for us: its pipe is full.
    expect((body as { State: { Running: boolean } }).State.Running).toBe(true);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(64 * 1024 * 1024);
    for (let next = await reader.next(); !next.done; next = await reader.next()) read += next.value.length;
    expect(read).toBe(bytes);
    expect(await container.ended()).toMatchObject({ exitCode: 0, trusted: true });
  });

  it("ends although its reader left in the middle of a flood", async () => {
    const engine = await openEngine();
    const container = await engine.start(tinyRequest(image, ["flood", "50000000"]));
    for await (const _ of container.stdout) break;
    expect(await container.ended()).toMatchObject({ exitCode: 0, trusted: true });
  });

  it("may close its output and go on", async () => {
    const engine = await openEngine();
    const container = await engine.start(tinyRequest(image, ["close"]));
    await container.stdin.write(Buffer.from("x"));
    expect(await container.ended()).toMatchObject({ exitCode: 5, trusted: true });
  });

  it("that cannot be started says why and leaves nothing behind", async () => {
    const engine = await openEngine();
    const failed = engine.start({ ...tinyRequest(image, []), command: ["/no/such/program"] });
    await expect(failed).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("/no/such/program"),
    });
    expect(await ours()).toEqual([]);
  });

  it("of an image that is not there says what to do", async () => {
    const engine = await openEngine();
    await expect(engine.start(tinyRequest("vivarium-test/none:1", []))).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("vivarium-test/none:1"),
      remedy: expect.stringContaining("vivarium build"),
    });
    expect(await ours()).toEqual([]);
  });

  it("that is removed while it runs fails whoever waits for its end or reads it", async () => {
    const engine = await openEngine();
    const container = await engine.start(tinyRequest(image, ["sleep"]));
    const ended = container.ended().catch((error: unknown) => error);
    const read = outputOf(container).catch((error: unknown) => error);
    await container.remove();
    expect(await ended).toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("removed"),
    });
    expect(await read).toMatchObject({ kind: "infrastructure", message: expect.stringContaining("removed") });
    expect(await ours()).toEqual([]);
  });
});

describe("confinement, seen from inside", () => {
  it("leaves a program nothing that it does not need", async () => {
    const engine = await openEngine();
    process.env["VIVARIUM_TEST_SECRET"] = "secret";
    const container = await engine.start(tinyRequest(image, ["confinement"], { env: { GIVEN: "1" } }));
    const output = await outputOf(container);
    delete process.env["VIVARIUM_TEST_SECRET"];
    const facts = new Map(
      output
        .trim()
        .split("\n")
        .map((line) => line.split(/:\s*/, 2) as [string, string]),
    );
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
      expect(facts.get(set), set).toMatch(/^0+$/);
    expect(facts.get("NoNewPrivs")).toBe("1");
    expect(facts.get("Seccomp")).toBe("2");
    expect(facts.get("Uid")).toBe("65534\t65534\t65534\t65534");
    expect(facts.get("Gid")).toBe("65534\t65534\t65534\t65534");
    expect(facts.get("core")).toBe("0 0");
    expect(facts.get("hostname")).toBe("vivarium");
    for (const path of ["/", "/etc"]) expect(facts.get(`write ${path}`), path).toMatch(/Read-only|denied/);
    expect(facts.get("write /dev/shm")).toBe("ok");
    expect(facts.get("shm")).toBe(String(16 * 1024 * 1024));
    expect(facts.get("mount")).toMatch(/not permitted|denied/);
    expect(facts.get("oom")).toBe("500");
    const interfaces = output.match(/^interface: .*$/gm)?.map((line) => line.replace(/^interface:\s*/, ""));
    expect(interfaces).toEqual(["lo"]);
    const names = output.match(/^env: \w+/gm)?.map((line) => line.slice(5));
    // Podman adds two of its own.
    const own = names?.filter((name) => name !== "TERM" && name !== "container");
    expect(own?.sort()).toEqual(["GIVEN", "HOME", "HOSTNAME", "PATH"]);
    expect(output).not.toContain("secret");
  });

  it("gives even root no place to write but its bounded ones", async () => {
    const engine = await openEngine();
    const container = await engine.start(tinyRequest(image, ["confinement"], { user: "0:0" }));
    const output = await outputOf(container);
    for (const path of ["/", "/etc"]) expect(output).toContain(`write ${path}: Read-only file system`);
    for (const path of ["/tmp", "/dev/shm"]) expect(output).toContain(`write ${path}: ok`);
  });

  it("bounds processes and memory", async () => {
    const engine = await openEngine();
    const forks = await engine.start(tinyRequest(image, ["forks"], { processes: 20 }));
    expect(await outputOf(forks)).toMatch(/^(1\d|20) Resource temporarily unavailable/);
    const { body } = await ask("GET", `/containers/${forks.id}/json`);
    const { HostConfig, Mounts } = body as { HostConfig: Record<string, unknown>; Mounts: unknown[] };
    expect(HostConfig["Memory"]).toBe(64 * 1024 * 1024);
    expect(HostConfig["MemorySwap"]).toBe(64 * 1024 * 1024);
    expect(HostConfig["Privileged"]).toBe(false);
    expect(HostConfig["Binds"] ?? []).toEqual([]);
    expect(Mounts).toEqual([]);
  });

  it("reports what the engine warns of at a create", async () => {
    const engine = await openEngine();
    const container = await engine.start(tinyRequest(image, ["exit", "0"]));
    expect(container.warnings).toEqual([]);
    expect((await engine.facts()).warnings).toEqual([]);
  });
});

// docs/explanation/docker-failures.md, 5.
describe("an end that cannot be trusted", () => {
  it("is told where the wait is cut: a failure, not an exit code", async () => {
    const { engine, proxy } = await openFaultyEngine();
    proxy.inject({ fault: { kind: "cut-after", bytes: 0 }, on: "POST /containers/*/wait" });
    const container = await engine.start(tinyRequest(image, ["exit", "0"]));
    await expect(container.ended()).rejects.toMatchObject({ kind: "infrastructure" });
    expect(proxy.hits).toHaveLength(1);
  });

  it("is told where the wait never answers though the container ended", async () => {
    const { engine, proxy } = await openFaultyEngine();
    proxy.inject({ fault: { kind: "stall-before" }, on: "POST /containers/*/wait" });
    const container = await engine.start(tinyRequest(image, ["exit", "0"]));
    expect(await container.ended()).toMatchObject({
      trusted: false,
      why: expect.stringContaining("wait did not answer"),
    });
  });
});
