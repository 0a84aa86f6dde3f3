import { createHash } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetchArchive } from "../../../src/images/base/archive.js";
import type { ProgressEvent } from "../../../src/progress/event.js";

const ARCHIVE = Buffer.from("an archive of Go");
const SHA256 = `sha256:${createHash("sha256").update(ARCHIVE).digest("hex")}`;
const SHA1 = `sha1:${createHash("sha1").update(ARCHIVE).digest("hex")}`;

let cache: string;
let server: Server;
let requests: number;
let answer: RequestListener;
let events: ProgressEvent[];

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "vivarium-archive-"));
  vi.stubEnv("XDG_CACHE_HOME", cache);
  requests = 0;
  events = [];
  answer = (_request, response) => response.end(ARCHIVE);
  server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cache, { recursive: true });
});

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/go.tar.gz`;
const fetchIt = (checksum: string, signal?: AbortSignal): Promise<string> =>
  fetchArchive(url(), checksum, { sink: (event) => events.push(event), signal });
const kept = (): Promise<string[]> => readdir(join(cache, "vivarium", "archives"));

test.each([SHA256, SHA1])(
  "an archive is downloaded once and kept under its checksum (%s)",
  async (checksum) => {
    const file = await fetchIt(checksum);
    expect(await readFile(file)).toEqual(ARCHIVE);
    expect(await fetchIt(checksum)).toBe(file);
    expect(requests).toBe(1);
    expect(events.at(-1)).toMatchObject({ kind: "step-ended", status: "cached" });
  },
);

test("a wrong checksum is refused, and the file is not kept", async () => {
  const wrong = `sha256:${"0".repeat(64)}`;
  await expect(fetchIt(wrong)).rejects.toMatchObject({
    kind: "infrastructure",
    message: `${url()}: the checksum is ${SHA256}, and the catalogue asserts ${wrong}`,
  });
  expect(await kept()).toEqual([]);
  expect(requests).toBe(1);
});

test("an archive that was changed on disk is downloaded anew", async () => {
  const file = await fetchIt(SHA256);
  await writeFile(file, "changed");
  expect(await readFile(await fetchIt(SHA256))).toEqual(ARCHIVE);
  expect(requests).toBe(2);
});

test("a server that is overloaded is asked again", async () => {
  answer = (_request, response) => {
    if (requests === 1) response.writeHead(503).end();
    else response.end(ARCHIVE);
  };
  expect(await readFile(await fetchIt(SHA256))).toEqual(ARCHIVE);
  expect(requests).toBe(2);
});

test("a download that breaks off is begun again", async () => {
  answer = (_request, response) => {
    if (requests > 1) return response.end(ARCHIVE);
    response.writeHead(200, { "Content-Length": ARCHIVE.length });
    response.write(ARCHIVE.subarray(0, 4), () => response.destroy());
    return undefined;
  };
  expect(await readFile(await fetchIt(SHA256))).toEqual(ARCHIVE);
});

test("a missing archive is told at once", async () => {
  answer = (_request, response) => response.writeHead(404, "Not Found").end();
  await expect(fetchIt(SHA256)).rejects.toMatchObject({
    kind: "infrastructure",
    message: `${url()}: the server answered 404 Not Found`,
  });
  expect(requests).toBe(1);
});

test("an interruption ends a download and leaves nothing", async () => {
  const stop = new AbortController();
  answer = (_request, response) => {
    response.writeHead(200, { "Content-Length": ARCHIVE.length });
    response.write("an", () => stop.abort());
  };
  await expect(fetchIt(SHA256, stop.signal)).rejects.toMatchObject({ kind: "interrupted" });
  expect(await kept()).toEqual([]);
});
