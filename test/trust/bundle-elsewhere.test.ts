import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packBundle, unpackBundle } from "../../src/commands/bundle/archive.js";
import type { Claim } from "../../src/result/claims.js";
import type { Result } from "../../src/result/result.js";
import { OwnEngine } from "./own-engine.js";
import { CLI } from "./room.js";
import { FULL, tried } from "./size.js";

let root: string;
let bundle: Buffer;
let elsewhere: OwnEngine;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "vivarium-elsewhere-"));
  const options = { cwd: root, env: { NO_COLOR: "1" } };
  await execa(process.execPath, [CLI, "run", "golang-13470", "--progress", "none"], options);
  await execa(process.execPath, [CLI, "bundle", "latest", "--out", "it.tar.gz"], options);
  bundle = await readFile(join(root, "it.tar.gz"));
  elsewhere = await OwnEngine.start();
  // At full size the base image is made there as well; else only what is made from it.
  if (!FULL) await elsewhere.takeBaseOf(await imageIn(join(root, ".vivarium")));
}, 900_000);
afterAll(async () => {
  await (elsewhere as OwnEngine | undefined)?.remove();
  await rm(root, { recursive: true, force: true });
});

/** An image that a campaign's program ran in. */
async function imageIn(state: string): Promise<string> {
  const [id = ""] = await readdir(join(state, "campaigns"));
  const result = JSON.parse(await readFile(join(state, "campaigns", id, "result.json"), "utf8")) as Result;
  return result.environments[0]?.image ?? "";
}

/** Verifies a bundle as on a machine that never saw vivarium: no image, an empty folder, an empty home. */
async function verify(content: Buffer) {
  const folder = await mkdtemp(join(root, "empty-"));
  const home = join(folder, "home");
  await mkdir(home);
  await mkdir(join(folder, "here"));
  await writeFile(join(folder, "here/it.tar.gz"), content);
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [CLI, "verify", "it.tar.gz", "--json", "--progress", "plain"],
    {
      cwd: join(folder, "here"),
      reject: false,
      extendEnv: false,
      env: { PATH: process.env["PATH"], HOME: home, DOCKER_HOST: elsewhere.host },
    },
  );
  expect(stdout, stderr).not.toBe("");
  return {
    exitCode,
    stderr,
    ...(JSON.parse(stdout) as { verified: boolean; runs: number; claims: Claim[] }),
  };
}

it(
  FULL
    ? "golang-13470's bundle proves itself on an engine without a single image"
    : "golang-13470's bundle proves itself on an engine that has its base image alone",
  { timeout: 1_200_000 },
  async () => {
    const { exitCode, verified, claims, stderr } = await verify(bundle);
    expect(claims.filter(({ verdict }) => verdict === "does not hold")).toEqual([]);
    expect({ exitCode, verified }).toEqual({ exitCode: 0, verified: true });
    expect(claims.map(({ environment, what }) => `${environment}: ${what}`)).toEqual([
      "glibc-2.36: package versions",
      "glibc-2.36: program",
      "glibc-2.36: rate of SIGSEGV",
      expect.stringMatching(/^glibc-2\.36: signature [0-9a-f]{12}$/) as string,
      "glibc-2.36: expectation",
      "musl-1.2.3: package versions",
      "musl-1.2.3: program",
      "musl-1.2.3: rate of SIGSEGV",
      "musl-1.2.3: expectation",
    ]);
    // Images that were made anew have programs of the same bytes: the build is reproducible.
    expect(claims.filter(({ what }) => what === "program").map(({ verdict }) => verdict)).toEqual([
      "holds",
      "holds",
    ]);
    expect(stderr).toMatch(FULL ? /^base image bookworm: .*: done in /m : /^base image bookworm: .*cached/m);
    expect(stderr).toMatch(/^environment image bookworm: done in /m);
    tried({
      what: "bundles",
      of: `golang-13470 on an engine ${FULL ? "without a single image" : "with its base image alone"}`,
      count: 1,
      seed: null,
      outcome: "verified",
    });
  },
);

it(
  "with its claimed rate edited and its checksums redone, it names that claim",
  { timeout: 600_000 },
  async () => {
    const files = new Map(await unpackBundle(bundle, "it"));
    const result = JSON.parse((files.get("result.json") as Buffer).toString()) as Result;
    const [glibc, ...others] = result.environments as [Result["environments"][number]];
    const rate = { ...glibc.rate, estimate: 0.3, low: 0.21, high: 0.4 };
    const edited = { ...result, environments: [{ ...glibc, rate }, ...others] };
    const lie = await packBundle(files.set("result.json", Buffer.from(JSON.stringify(edited))));
    const { exitCode, verified, claims } = await verify(lie);
    expect({ exitCode, verified }).toEqual({ exitCode: 1, verified: false });
    expect(claims.filter(({ verdict }) => verdict === "does not hold")).toMatchObject([
      {
        environment: "glibc-2.36",
        what: "rate of SIGSEGV",
        why: expect.stringContaining("claimed 30 % [21 %, 40 %]") as string,
      },
    ]);
  },
);
