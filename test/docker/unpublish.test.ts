import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderOf, vivarium } from "../commands/command-line.js";
import { imageLabels } from "../../src/images/labels.js";
import { atEnd, openEngine } from "./engines.js";
import { ownImagesOnly } from "./own-images.js";
import { ask } from "./raw.js";
import { Readable } from "node:stream";
import { pack } from "tar-stream";

/** Debian's docker-registry on loopback, which an engine takes without TLS; it lets images be removed, or it does not. */
async function registry(deletes: boolean): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-registry-"));
  const port = 20_000 + Math.floor(process.pid % 20_000) + (deletes ? 1 : 2);
  const host = `127.0.0.1:${port}`;
  const storage = `{ filesystem: { rootdirectory: ${folder} }, delete: { enabled: ${deletes} } }`;
  const configuration = join(folder, "registry.yml");
  await writeFile(configuration, `version: 0.1\nstorage: ${storage}\nhttp: { addr: "${host}" }\n`);
  const server = spawn("docker-registry", ["serve", configuration], { stdio: ["ignore", "ignore", "pipe"] });
  atEnd(async () => {
    server.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("exit", () => reject(new Error("docker-registry ended")));
    server.stderr.on("data", (chunk: Buffer) => chunk.includes("listening on") && resolve());
  });
  return host;
}

const LABEL = "vivarium.test.unpublish";

it.each([
  [true, /^removed 1 image;/m, /^$/, 404],
  [false, /^removed 1 image;/m, /stays in its registry: .* does not allow it/, 200],
] as const)(
  "clean removes what was pushed, where the registry allows it: %s",
  async (deletes, said, told, left) => {
    const mark = `${process.pid}-${deletes}`;
    const engine = await openEngine();
    const tar = pack();
    tar.entry({ name: "mark" }, mark);
    tar.finalize();
    const root = Readable.from(tar as AsyncIterable<Buffer>, { objectMode: false });
    const labels = { ...imageLabels("binary", mark, "a pushed one", null), [LABEL]: mark };
    const id = await engine.importImage(root, `vivarium-test/unpublish:${mark}`, labels);
    atEnd(() => ask("DELETE", `/images/${id}?force=1`).then(() => undefined));
    const host = await registry(deletes);
    const digest = (await engine.pushImage(id, `${host}/vivarium/bin:1`)).split("@")[1] ?? "";
    const manifest = `http://${host}/v2/vivarium/bin/manifests/${digest}`;
    const accept = { headers: { Accept: "application/vnd.docker.distribution.manifest.v2+json" } };
    expect((await fetch(manifest, accept)).status).toBe(200);

    const cwd = await folderOf();
    const door = await ownImagesOnly(LABEL, mark);
    const { code, stdout, stderr } = await vivarium(["clean", "--all", "--yes", "--host", door], {
      cwd,
      env: {},
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(told) as string });
    expect(stdout).toMatch(said);
    expect((await ask("GET", `/images/${id}/json`)).status).toBe(404);
    expect((await fetch(manifest, accept)).status).toBe(left);
  },
);
