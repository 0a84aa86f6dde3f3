import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect as connectSocket, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, it, vi } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import { atEnd, openEngine, openFaultyEngine, outputOf, tinyRequest } from "./engines.js";
import { FaultProxy, type Fault } from "./proxy.js";
import { tinyImage } from "./tiny.js";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "vivarium-connection-"));
  atEnd(() => rmSync(folder, { recursive: true }));
  return folder;
}

// docs/explanation/docker-failures.md, 2.
describe("a call whose connection fails", () => {
  const faults: [string, Fault][] = [
    ["reset before it", { kind: "cut-before" }],
    ["reset before its answer", { kind: "cut-after", bytes: 0 }],
    ["reset in the answer's head", { kind: "cut-after", bytes: 30 }],
    ["reset in the answer's body", { kind: "cut-after", bytes: 400 }],
    ["closed in the answer's body", { kind: "end-after", bytes: 400 }],
    ["stalled before it", { kind: "stall-before" }],
    ["stalled in the answer's body", { kind: "stall-after", bytes: 400 }],
    ["noise in place of the answer", { kind: "garbage", bytes: 0 }],
    ["noise in the answer's body", { kind: "garbage", bytes: 400 }],
    ["refused with 500", { kind: "status", status: 500, forward: false }],
  ];

  it.each(faults)("(%s) is a failure of the infrastructure, and the next one works", async (_, fault) => {
    const { engine, proxy } = await openFaultyEngine(0.02);
    proxy.inject({ fault, on: "GET /info" });
    await expect(engine.facts()).rejects.toMatchObject({ kind: "infrastructure", exitCode: 3 });
    expect(proxy.hits).toEqual(["GET /info"]);
    expect((await engine.facts()).cpus).toBeGreaterThan(0);
  });

  it("is right where the answer only comes slowly", async () => {
    const { engine, proxy } = await openFaultyEngine(1);
    proxy.inject({ fault: { kind: "slow", bytes: 7 }, on: "GET /info" });
    expect((await engine.facts()).cpus).toBeGreaterThan(0);
    expect(proxy.hits).toEqual(["GET /info"]);
  });

  it("fails at once where every connection is cut at the engine's death", async () => {
    const { engine, proxy } = await openFaultyEngine(1);
    const image = await tinyImage(engine);
    const container = await engine.start(tinyRequest(image, ["sleep"]));
    const ended = container.ended().catch((error: unknown) => error);
    const output = outputOf(container).catch((error: unknown) => error);
    await vi.waitFor(() => expect(proxy.requests.at(-1)).toMatch(/wait$/));
    proxy.cutAll();
    expect(await ended).toMatchObject({ kind: "infrastructure" });
    await output;
    await container.remove();
  });
});

// docs/explanation/docker-failures.md, 13.
describe("an attached output", () => {
  it.each([
    ["within a frame's header", 3],
    ["within a frame's payload", 12],
  ])("that ends %s is a failure, not an end", async (_, bytes) => {
    const { engine, proxy } = await openFaultyEngine(1);
    const image = await tinyImage(engine);
    proxy.inject({ fault: { kind: "end-after", bytes }, on: "POST /containers/*/attach", ofBody: true });
    const container = await engine.start(tinyRequest(image, ["say", "a sentence of some length"]));
    await expect(outputOf(container)).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("within a frame"),
    });
  });

  it.each([
    ["is reset", { kind: "cut-after", bytes: 12 }],
    ["turns into noise", { kind: "garbage", bytes: 33 }],
    ["stalls after the container's end", { kind: "stall-after", bytes: 12 }],
  ] as const)("that %s is a failure", async (_, fault) => {
    const { engine, proxy } = await openFaultyEngine(0.1);
    const image = await tinyImage(engine);
    proxy.inject({ fault, on: "POST /containers/*/attach", ofBody: true });
    const container = await engine.start(tinyRequest(image, ["say", "a sentence of some length"]));
    await expect(outputOf(container)).rejects.toMatchObject({ kind: "infrastructure" });
  });
});

describe("the end of a container", () => {
  it("is a failure where its output was closed between two frames and it lives on", async () => {
    const { engine, proxy } = await openFaultyEngine(0.02);
    const image = await tinyImage(engine);
    const frame = 8 + "up\n".length;
    proxy.inject({
      fault: { kind: "end-after", bytes: frame },
      on: "POST /containers/*/attach",
      ofBody: true,
    });
    const container = await engine.start(tinyRequest(image, ["sleep"]));
    expect(await outputOf(container)).toBe("up\n");
    await expect(container.ended()).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("its output ended, but it did not"),
    });
  });
});

// docs/explanation/docker-failures.md, 10.
describe("the API's version", () => {
  /** An engine that answers everything with `answer`, a ping with these headers as well, or with a refusal. */
  async function engineThatSays(
    answer: object,
    ping: Readonly<Record<string, string>> | number = {},
  ): Promise<{ host: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const path = (request.url ?? "").replace(/\?$/, "");
      asked.push(path);
      if (path === "/_ping")
        response.writeHead(typeof ping === "number" ? ping : 200, typeof ping === "number" ? {} : ping);
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    atEnd(() => void server.close());
    return { host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  it("is the highest that the real engine and vivarium know", async () => {
    const { engine, proxy } = await openFaultyEngine(1);
    const { api, name } = await engine.facts();
    expect(proxy.requests[0]).toBe("GET /_ping");
    expect(api).toMatch(/^1\.\d+$/);
    expect(name).toMatch(/^(Docker|Podman) \d/);
  });

  it.each([
    ["too old", { Version: "18.09", ApiVersion: "1.39", MinAPIVersion: "1.12" }, "update the engine"],
    ["too new", { Version: "40.0", ApiVersion: "1.80", MinAPIVersion: "1.60" }, "update vivarium"],
    ["of no engine", { hello: "world" }, "check that the address"],
  ])("that is %s is refused with what to do", async (_, answer, remedy) => {
    const { host } = await engineThatSays(answer);
    await expect(connect({ env: {}, host })).rejects.toMatchObject({
      kind: "infrastructure",
      remedy: expect.stringContaining(remedy),
    });
  });

  const old = { Version: "20.10", ApiVersion: "1.41", MinAPIVersion: "1.12" };

  it("is the ping's, and nothing else is asked for it", async () => {
    const { host, asked } = await engineThatSays(old, { "Api-Version": "1.43" });
    const engine = await connect({ env: {}, host });
    expect(asked).toEqual(["/_ping"]);
    await engine.listImages({}).catch(() => undefined);
    expect(asked[1]).toMatch(/^\/v1\.43\/images/);
    engine.close();
  });

  it.each([
    ["a proxy refuses", 403],
    ["tells nothing", {}],
    ["is of a newer engine", { "Api-Version": "1.80" }],
    ["makes no sense", { "Api-Version": "latest" }],
  ])("is asked of the engine itself where a ping %s", async (_, ping) => {
    const { host, asked } = await engineThatSays({ ...old, ApiVersion: "1.80" }, ping);
    const engine = await connect({ env: {}, host });
    expect(asked).toEqual(["/_ping", "/version"]);
    await engine.listImages({}).catch(() => undefined);
    expect(asked[2]).toMatch(/^\/v1\.51\/images/);
    engine.close();
  });
});

// docs/explanation/docker-failures.md, 15.
describe("the engine that is asked", () => {
  it("is the one that the user named, and the facts say so", async () => {
    const proxy = await FaultProxy.open();
    atEnd(() => proxy.close());
    const engine = await openEngine({ env: { DOCKER_HOST: proxy.host } });
    expect(await engine.facts()).toMatchObject({ address: proxy.host, chosenBy: "DOCKER_HOST" });
    expect([...proxy.requests].sort()).toEqual(["GET /_ping", "GET /info", "GET /version"]);
  });

  it("is no other one where that does not answer", async () => {
    const socket = join(temporaryFolder(), "none.sock");
    await expect(connect({ env: {}, host: `unix://${socket}` })).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringMatching(
        /no container engine answers at unix:\/\/.*none\.sock \(chosen by --host\)/,
      ),
      remedy: expect.stringContaining("DOCKER_HOST"),
    });
    await expect(connect({ env: {}, host: "tcp://127.0.0.1:1" })).rejects.toMatchObject({
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("tells of a socket that lies where docker does not look", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "docker.sock"), "");
    const saved = process.env["XDG_RUNTIME_DIR"];
    process.env["XDG_RUNTIME_DIR"] = folder;
    atEnd(() => {
      if (saved === undefined) delete process.env["XDG_RUNTIME_DIR"];
      else process.env["XDG_RUNTIME_DIR"] = saved;
    });
    await expect(connect({ env: {}, host: "unix:///nonexistent/docker.sock" })).rejects.toMatchObject({
      remedy: expect.stringContaining(`DOCKER_HOST=unix://${join(folder, "docker.sock")}`),
    });
  });

  it("is reached by a context's TLS files, and by nobody else", async () => {
    const folder = temporaryFolder();
    const name = "far";
    const store = join(folder, "contexts", "tls", createHash("sha256").update(name).digest("hex"), "docker");
    mkdirSync(store, { recursive: true });
    const openssl = (...args: string[]): void =>
      void execFileSync("openssl", args, { cwd: store, stdio: "ignore" });
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "ca-key.pem",
      "-out",
      "ca.pem",
      "-subj",
      "/CN=ca",
      "-days",
      "2",
    );
    for (const who of ["server", "client"]) {
      writeFileSync(join(store, "ext"), "subjectAltName=IP:127.0.0.1");
      openssl(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        `${who}-key.pem`,
        "-out",
        `${who}.csr`,
        "-subj",
        `/CN=${who}`,
      );
      openssl(
        "x509",
        "-req",
        "-in",
        `${who}.csr`,
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca-key.pem",
        "-CAcreateserial",
        "-out",
        `${who}.pem`,
        "-days",
        "2",
        "-extfile",
        "ext",
      );
    }
    const read = (file: string): Buffer => readFileSync(join(store, file));
    writeFileSync(join(store, "cert.pem"), read("client.pem"));
    writeFileSync(join(store, "key.pem"), read("client-key.pem"));

    const server = createTlsServer(
      {
        key: read("server-key.pem"),
        cert: read("server.pem"),
        ca: read("ca.pem"),
        requestCert: true,
        rejectUnauthorized: true,
        // As Go's TLS, the engine's, has it: the end of one direction is not that of the other.
        allowHalfOpen: true,
      },
      (client) => {
        const engine = connectSocket({ path: "/var/run/docker.sock", allowHalfOpen: true });
        for (const [from, to] of [
          [client, engine],
          [engine, client],
        ] as const)
          from.on("error", () => to.destroy()).pipe(to);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    atEnd(() => void server.close());
    const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const meta = join(folder, "contexts", "meta", createHash("sha256").update(name).digest("hex"));
    mkdirSync(meta, { recursive: true });
    writeFileSync(
      join(meta, "meta.json"),
      JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
    );

    const engine = await openEngine({ env: { DOCKER_CONFIG: folder }, context: name });
    expect(await engine.facts()).toMatchObject({ address: host, chosenBy: "--context far" });
    const container = await engine.start(tinyRequest(await tinyImage(engine), ["echo"]));
    await container.stdin.write(Buffer.from("over TLS"));
    container.stdin.end();
    expect(await outputOf(container)).toBe("over TLS");
    expect(await container.ended()).toMatchObject({ exitCode: 0, trusted: true });

    // Without the files the server's certificate is nobody's.
    await expect(
      connect({ env: { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: join(folder, "none") }, host }),
    ).rejects.toMatchObject({ kind: "infrastructure", remedy: expect.stringContaining("TLS files") });
  });
});

describe("an engine behind ssh", () => {
  /** Stands in for the system's ssh: notes its arguments and connects to the engine as `docker system dial-stdio` does. */
  function fakeSsh(script: string): string {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "ssh"), `#!${process.execPath}\n${script}`);
    chmodSync(join(folder, "ssh"), 0o755);
    const saved = process.env["PATH"];
    process.env["PATH"] = `${folder}${delimiter}${saved ?? ""}`;
    atEnd(() => {
      process.env["PATH"] = saved;
    });
    return folder;
  }

  it("works whole, attached containers included", async () => {
    const folder = fakeSsh(`
      const { appendFileSync } = require("node:fs");
      appendFileSync(__dirname + "/calls", JSON.stringify(process.argv.slice(2)) + "\\n");
      const engine = require("node:net").connect({ path: "/var/run/docker.sock", allowHalfOpen: true });
      process.stdin.pipe(engine).pipe(process.stdout);
    `);
    const engine = await openEngine({ env: {}, host: "ssh://someone@far:2222" });
    expect(await engine.facts()).toMatchObject({ address: "ssh://someone@far:2222", chosenBy: "--host" });
    const container = await engine.start(tinyRequest(await tinyImage(engine), ["echo"]));
    await container.stdin.write(Buffer.from("x".repeat(300_000)));
    container.stdin.end();
    expect(await outputOf(container)).toHaveLength(300_000);
    expect(await container.ended()).toMatchObject({ exitCode: 0, trusted: true });
    await container.remove();
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
    for (const call of calls) {
      const args = JSON.parse(call) as string[];
      expect(args).toContain("StrictHostKeyChecking=yes");
      expect(args.slice(-5)).toEqual(["--", "far", "docker", "system", "dial-stdio"]);
    }
  });

  it("says what ssh said where that fails", async () => {
    fakeSsh(`process.stderr.write("Host key verification failed.\\r\\n"); process.exitCode = 255;`);
    await expect(connect({ env: {}, host: "ssh://far" })).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining("Host key verification failed."),
      remedy: expect.stringContaining("ssh far"),
    });
  });
});
