import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { provideEnvironment, type EnvironmentImage } from "../../src/images/environment.js";
import type { Engine } from "../../src/docker/engine.js";
import { atEnd, openEngine } from "./engines.js";
import { catalogue } from "./images-fixture.js";
import { tinyTar } from "./tiny.js";

afterEach(() => vi.unstubAllEnvs());

/**
 * Stands in for one of Go's release archives, which this test cannot reach: the same layout, with a `go` that knows its
 * version and nothing else.
 */
async function serveArchive(version: string): Promise<{ url: string; checksum: `sha256:${string}` }> {
  const go = `#!/bin/sh\n[ "$1" != version ] || echo "go version go${version} linux/amd64"\n`;
  const chunks: Buffer[] = [];
  for await (const chunk of tinyTar({ "go/bin/go": { content: Buffer.from(go), mode: 0o755 } })) {
    chunks.push(chunk as Buffer);
  }
  const archive = gzipSync(Buffer.concat(chunks));
  const server = createServer((_request, response) => response.end(archive));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const cache = await mkdtemp(join(tmpdir(), "vivarium-cache-"));
  atEnd(() => rm(cache, { recursive: true }));
  vi.stubEnv("XDG_CACHE_HOME", cache);
  const port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${port}/go${version}.linux-amd64.tar.gz`,
    checksum: `sha256:${createHash("sha256").update(archive).digest("hex")}`,
  };
}

function withGo(
  engine: Engine,
  version: string,
  url: string,
  checksum: `sha256:${string}`,
): Promise<EnvironmentImage> {
  return provideEnvironment(
    {
      id: `glibc-2.36/go-${version}`,
      libc: { family: "glibc", version: "2.36", package: "libc6" },
      go: { version, source: { kind: "archive", url, checksum } },
      image: "bookworm",
    },
    { engine, catalogue, base: "auto", sink: () => undefined },
  );
}

test("a release archive becomes the environment's Go", async () => {
  const engine = await openEngine();
  const { url, checksum } = await serveArchive("1.5.9");
  const { facts, toolchain } = await withGo(engine, "1.5.9", url, checksum);
  expect(facts.go).toEqual({ version: "1.5.9" });
  expect(toolchain.go).toEqual({ version: "1.5.9", root: "/usr/local/go-1.5.9" });
});

test("an archive that holds another version than the catalogue asserts is refused", async () => {
  const engine = await openEngine();
  const { url, checksum } = await serveArchive("1.5.8");
  await expect(withGo(engine, "1.5.7", url, checksum)).rejects.toThrow(
    /glibc-2\.36\/go-1\.5\.7: the image has no Go 1\.5\.7 \(it has: .*1\.5\.8/,
  );
});

test("an archive with a wrong checksum never reaches an image", async () => {
  const engine = await openEngine();
  const { url } = await serveArchive("1.5.6");
  const wrong = `sha256:${"0".repeat(64)}` as const;
  await expect(withGo(engine, "1.5.6", url, wrong)).rejects.toThrow("the checksum is sha256:");
});
