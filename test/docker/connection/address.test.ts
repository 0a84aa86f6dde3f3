import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolveAddress } from "../../../src/docker/connection/address.js";
import { sshArguments } from "../../../src/docker/connection/ssh.js";
import { Failure } from "../../../src/failure.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "vivarium-home-"));
  mkdirSync(join(home, ".docker"));
});
afterEach(() => rmSync(home, { recursive: true }));

function addContext(name: string, endpoint: object, tls: Record<string, string> = {}): void {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = join(home, ".docker", "contexts", "meta", id);
  mkdirSync(meta, { recursive: true });
  writeFileSync(
    join(meta, "meta.json"),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: endpoint } }),
  );
  const folder = join(home, ".docker", "contexts", "tls", id, "docker");
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(tls)) writeFileSync(join(folder, file), content);
}

function setCurrent(name: string): void {
  writeFileSync(join(home, ".docker", "config.json"), JSON.stringify({ auths: {}, currentContext: name }));
}

const failure = (work: () => unknown): Failure => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return error as Failure;
  }
  throw new Error("nothing was thrown");
};

describe("resolveAddress", () => {
  it("takes the default socket where nothing is said", () => {
    expect(resolveAddress({ env: {}, home })).toEqual({
      address: { kind: "unix", path: "/var/run/docker.sock" },
      text: "unix:///var/run/docker.sock",
      chosenBy: "the default",
    });
  });

  it("prefers --context, --host, DOCKER_HOST, DOCKER_CONTEXT and the current context, in this order", () => {
    for (const name of ["flag", "variable", "current"])
      addContext(name, { Host: `unix:///run/${name}.sock` });
    setCurrent("current");
    const env = { DOCKER_CONTEXT: "variable", DOCKER_HOST: "unix:///run/env.sock" };
    const chosen = (source: object): string => resolveAddress({ env: {}, home, ...source }).text;
    expect(chosen({ env, context: "flag" })).toBe("unix:///run/flag.sock");
    expect(chosen({ env, host: "unix:///run/host.sock" })).toBe("unix:///run/host.sock");
    expect(chosen({ env })).toBe("unix:///run/env.sock");
    expect(chosen({ env: { DOCKER_CONTEXT: "variable" } })).toBe("unix:///run/variable.sock");
    expect(chosen({})).toBe("unix:///run/current.sock");
    expect(chosen({ context: "default" })).toBe("unix:///var/run/docker.sock");
  });

  it("reads DOCKER_CONFIG in place of the home folder's", () => {
    addContext("here", { Host: "unix:///run/here.sock" });
    setCurrent("here");
    const env = { DOCKER_CONFIG: join(home, ".docker") };
    expect(resolveAddress({ env, home: "/nonexistent" }).text).toBe("unix:///run/here.sock");
  });

  it("reads a context's TLS files, which lie beside it", () => {
    addContext("far", { Host: "tcp://far:2376" }, { "ca.pem": "CA", "cert.pem": "CERT", "key.pem": "KEY" });
    expect(resolveAddress({ env: {}, home, context: "far" }).address).toEqual({
      kind: "tcp",
      host: "far",
      port: 2376,
      tls: { ca: Buffer.from("CA"), cert: Buffer.from("CERT"), key: Buffer.from("KEY"), verify: true },
    });
  });

  it("reads the TLS files of DOCKER_CERT_PATH, and verifies unless told otherwise", () => {
    writeFileSync(join(home, "ca.pem"), "CA");
    const tls = (env: object): unknown => {
      const { address } = resolveAddress({
        env: { DOCKER_HOST: "tcp://far", DOCKER_CERT_PATH: home, ...env },
        home,
      });
      return address.kind === "tcp" ? [address.port, address.tls?.verify, address.tls?.ca?.toString()] : null;
    };
    expect(tls({ DOCKER_TLS_VERIFY: "1" })).toEqual([2376, true, "CA"]);
    expect(tls({ DOCKER_TLS: "1" })).toEqual([2376, false, "CA"]);
    expect(tls({})).toEqual([2375, undefined, undefined]);
  });

  it.each([
    ["localhost:2375", { kind: "tcp", host: "localhost", port: 2375, tls: null }],
    ["tcp://[::1]:99", { kind: "tcp", host: "::1", port: 99, tls: null }],
    ["ssh://me@far:2222", { kind: "ssh", host: "far", user: "me", port: 2222, path: null }],
    [
      "ssh://far/run/user/1/docker.sock",
      { kind: "ssh", host: "far", user: null, port: null, path: "/run/user/1/docker.sock" },
    ],
    ["unix://", { kind: "unix", path: "/var/run/docker.sock" }],
  ])("understands %s", (host, address) => {
    expect(resolveAddress({ env: {}, home, host }).address).toEqual(address);
  });

  it.each([
    ["npipe:////./pipe/docker_engine", "run vivarium inside WSL"],
    ["ftp://far", "the scheme ftp:// is unknown"],
    ["unix://relative.sock", "must be absolute"],
    ["ssh://me:secret@far", "a password does not belong"],
    ["ssh://-oProxyCommand=evil", "host and user may not begin with '-'"],
    ["tcp://", "it names no host"],
    ["tcp://far:port", "it cannot be parsed"],
    ["tcp://far:2375/prefix", "a path after the port"],
  ])("refuses %s", (host, words) => {
    const { kind, message, remedy } = failure(() => resolveAddress({ env: {}, home, host }));
    expect(kind).toBe("request");
    expect(message).toContain(words);
    expect(message).toContain("--host");
    expect(remedy).not.toBeNull();
  });

  it("names the contexts that there are where one is unknown", () => {
    addContext("near", { Host: "unix:///run/near.sock" });
    const { message, remedy } = failure(() => resolveAddress({ env: {}, home, context: "nera" }));
    expect(message).toContain("--context nera");
    expect(remedy).toContain("near");
  });

  it("refuses --host and --context together", () => {
    expect(
      failure(() => resolveAddress({ env: {}, home, host: "unix:///a", context: "b" })).message,
    ).toContain("both given");
  });

  it("says which file is broken", () => {
    writeFileSync(join(home, ".docker", "config.json"), "{");
    expect(failure(() => resolveAddress({ env: {}, home })).message).toContain(
      join(".docker", "config.json"),
    );
  });
});

describe("sshArguments", () => {
  it("never prompts and never accepts a host key by itself", () => {
    const args = sshArguments({ kind: "ssh", host: "far", user: "me", port: 22, path: null });
    expect(args).toContain("StrictHostKeyChecking=yes");
    expect(args).toContain("BatchMode=yes");
    expect(args.slice(args.indexOf("--"))).toEqual(["--", "far", "docker", "system", "dial-stdio"]);
  });

  it("quotes a socket's path for the far shell", () => {
    const args = sshArguments({ kind: "ssh", host: "far", user: null, port: null, path: "/a b'; rm -rf /" });
    expect(args).toContain(`'unix:///a b'\\''; rm -rf /'`);
  });
});
