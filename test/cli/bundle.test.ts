import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packBundle, unpackBundle } from "../../src/commands/bundle/archive.js";
import type { Claim } from "../../src/result/claims.js";
import type { Result } from "../../src/result/result.js";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const SECRET = "planted-c0ffee-value";

let root: string;
let made: Buffer;
let told: string;

const vivarium = (cwd: string, ...args: string[]) =>
  execa(process.execPath, [CLI, ...args], {
    cwd,
    reject: false,
    env: { USER: "plantedname", PLANTED_TOKEN: SECRET },
  });

/** A new empty folder with this bundle in it. */
async function emptyFolder(bundle: Buffer): Promise<string> {
  const folder = await mkdtemp(join(root, "empty-"));
  await writeFile(join(folder, "it.tar.gz"), bundle);
  return folder;
}

/** The bundle with one of its documents changed, and its checksums done again. */
async function tampered<T>(path: string, change: (document: T) => T): Promise<Buffer> {
  const files = new Map(await unpackBundle(made, "made"));
  const document = JSON.parse((files.get(path) as Buffer).toString()) as T;
  return packBundle(files.set(path, Buffer.from(JSON.stringify(change(document)))));
}

const PROGRAM = `#include <stdio.h>
#include <stdlib.h>
int main(void)
{
	/* Input, file and argument decide: without one of them it ends well. */
	char line[64] = "", laid[64] = "";
	FILE *file = fopen("/etc/laid", "r");
	volatile int *nowhere = NULL;
	if (file == NULL || fgets(laid, sizeof laid, file) == NULL || fgets(line, sizeof line, stdin) == NULL)
		return 0;
	puts(getenv("SHOWN"));
	return *nowhere;
}
`;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "vivarium-bundle-"));
  const folder = join(root, "made");
  await mkdir(join(folder, "own"), { recursive: true });
  await writeFile(join(folder, "own/main.c"), PROGRAM);
  await chmod(join(folder, "own/main.c"), 0o755);
  await writeFile(
    join(folder, "own/repro.yaml"),
    "name: own\ntitle: reads a null pointer\nlanguage: c\nsources: [main.c]\nenvironments: [glibc-2.36]\n" +
      "expect: [{outcome: crash, signal: SIGSEGV, fault-address: 0x0, frame: main}]\n",
  );
  await writeFile(join(folder, "laid.txt"), "laid\n");
  await writeFile(join(folder, "input.txt"), "input\n");
  const run = await vivarium(
    folder,
    ...["run", "own", "--runs", "10", "--file", "laid.txt:/etc/laid", "--stdin", "input.txt"],
    ...["--env-var", `SHOWN=/home/plantedname/x ${SECRET}`, "--progress", "none"],
  );
  expect(run).toMatchObject({ exitCode: 0 });
  const bundle = await vivarium(folder, "bundle", "latest", "--out", "it.tar.gz");
  expect(bundle).toMatchObject({ exitCode: 0, stdout: "it.tar.gz" });
  told = bundle.stderr;
  made = await readFile(join(folder, "it.tar.gz"));
  await vivarium(folder, "bundle", "latest", "--out", "again.tar.gz");
  expect((await readFile(join(folder, "again.tar.gz"))).equals(made)).toBe(true);
  expect((await readdir(folder)).sort()).toEqual(
    [".vivarium", "again.tar.gz", "input.txt", "it.tar.gz", "laid.txt", "own"].sort(),
  );
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("a bundle verifies in an empty folder, and sha256sum agrees with its checksums", async () => {
  const folder = await emptyFolder(made);
  const { exitCode, stdout } = await vivarium(folder, "verify", "it.tar.gz", "--progress", "none");
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining("verified: ") as string,
  });
  expect(stdout).toMatch(/^reads a null pointer: 10 attempts in each environment\n/);
  expect(stdout).toMatch(/^glibc-2\.36 {2}program +holds +the same bytes/m);
  expect(stdout).toMatch(/^glibc-2\.36 {2}rate of SIGSEGV\S* +holds +10 of 10 here/m);
  await execa("tar", ["xzf", "it.tar.gz"], { cwd: folder });
  await execa("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd: join(folder, "bundle") });
  // `latest` is what its user ran, and that is nothing here.
  expect(await vivarium(folder, "show", "latest")).toMatchObject({ exitCode: 2 });
  expect(await readdir(join(folder, ".vivarium/verified"))).toHaveLength(1);
});

test("nothing of this machine is in it, and what was replaced is told", async () => {
  for (const [path, content] of await unpackBundle(made, "made")) {
    if (path.startsWith("dockerfiles/")) continue;
    expect(`${path}: ${content.toString("latin1")}`).not.toMatch(/plantedname|planted-c0ffee/);
  }
  expect(told).toMatch(/^redacted: .*environment variable/m);
});

test("a rate that was edited, with counts and checksums to fit, does not hold", async () => {
  const bundle = await tampered<Result>("result.json", (result) => {
    const [environment] = result.environments as [Result["environments"][number]];
    const [signature] = environment.signatures as [(typeof environment.signatures)[number]];
    const rate = { ...environment.rate, estimate: 0.2, low: 0.1, high: 0.35 } as typeof environment.rate;
    const edited = {
      ...environment,
      attempts: 50,
      outcomes: { crash: 10, exit: 0, timeout: 0, clean: 40 },
      rate,
      signatures: [{ ...signature, count: 10 }],
    };
    return { ...result, environments: [edited] };
  });
  const folder = await emptyFolder(bundle);
  const { exitCode, stdout } = await vivarium(folder, "verify", "it.tar.gz", "--json", "--progress", "none");
  expect(exitCode).toBe(1);
  const { verified, claims } = JSON.parse(stdout) as { verified: boolean; claims: Claim[] };
  expect(verified).toBe(false);
  expect(claims.filter(({ verdict }) => verdict === "does not hold")).toMatchObject([
    { environment: "glibc-2.36", what: expect.stringMatching(/^rate of /) as string },
  ]);
});

interface Index {
  request: { run: Record<string, unknown> };
}
const asking = (run: Record<string, unknown>) =>
  tampered<Index>("bundle.json", (index) => ({
    ...index,
    request: { ...index.request, run: { ...index.request.run, ...run } },
  }));

test.each<[what: string, bundle: () => Promise<Buffer>, said: string]>([
  [
    "a changed source",
    async () => {
      const files = new Map(await unpackBundle(made, "made"));
      return packBundle(files.set("repro/main.c", Buffer.from("int main(void) { return 1; }\n")));
    },
    "its sources are not those that its result speaks of",
  ],
  [
    "a rate outside of its interval",
    () =>
      tampered<Result>("result.json", (result) => ({
        ...result,
        environments: result.environments.map((one) => ({
          ...one,
          rate: one.rate === null ? null : { ...one.rate, estimate: 0.1 },
        })),
      })),
    "it contradicts itself: glibc-2.36: its rate lies outside of its own interval",
  ],
  ["one that asks for network", () => asking({ network: "bridge" }), "asks for network bridge"],
  ["one that asks for root", () => asking({ user: "0" }), "to run as root"],
  ["one that asks for a capability", () => asking({ capabilities: ["SYS_ADMIN"] }), "SYS_ADMIN"],
  ["a file of whoever verifies", () => asking({ files: { "/x": "/etc/hostname" } }), "which is not in it"],
  [
    "a file that leads out of it",
    () => asking({ stdin: "from-flags/../../../../../../etc/hostname" }),
    "which is not in it",
  ],
  [
    "what is no bundle",
    () => Promise.resolve(Buffer.from("no archive")),
    "it is not a .tar.gz, or it is damaged",
  ],
])("refused before anything runs: %s", async (_what, bundle, said) => {
  const folder = await emptyFolder(await bundle());
  const { exitCode, stdout, stderr } = await vivarium(
    folder,
    "verify",
    "it.tar.gz",
    "--host",
    "tcp://127.0.0.1:1",
  );
  // No engine answers there: it was not asked.
  expect(stderr).toMatch(/^vivarium: it\.tar\.gz: /);
  expect(stderr).toContain(said);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
});

test("--loosened runs what asks for network", async () => {
  const folder = await emptyFolder(await asking({ network: "bridge" }));
  const args = ["it.tar.gz", "--loosened", "--runs", "4", "--progress", "none"];
  expect(await vivarium(folder, "verify", ...args)).toMatchObject({ exitCode: 0 });
});

test("--with-binary holds the program that ran", async () => {
  const { exitCode } = await vivarium(
    join(root, "made"),
    "bundle",
    "--with-binary",
    "--out",
    "binary.tar.gz",
  );
  expect(exitCode).toBe(0);
  const files = await unpackBundle(await readFile(join(root, "made/binary.tar.gz")), "binary");
  const program = files.get("binary/glibc-2.36") as Buffer;
  const index = JSON.parse((files.get("bundle.json") as Buffer).toString()) as {
    pins: Record<string, { binarySha256: string }>;
  };
  expect(createHash("sha256").update(program).digest("hex")).toBe(index.pins["glibc-2.36"]?.binarySha256);
});

test("--with-image holds the images that ran, and verifies all the same", async () => {
  const folder = join(root, "made");
  const { exitCode, stderr } = await vivarium(folder, "bundle", "--with-image", "--out", "image.tar.gz");
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("reading the image\n") as string,
  });
  await execa("tar", ["xzf", "image.tar.gz", "bundle/image/images.tar", "bundle/result.json"], {
    cwd: folder,
  });
  const listed = await execa("tar", ["xOf", "bundle/image/images.tar", "manifest.json"], { cwd: folder });
  const [image] = JSON.parse(listed.stdout) as [{ Config: string }];
  // The tar names an image by the file of its configuration: its id.
  const result = JSON.parse(await readFile(join(folder, "bundle/result.json"), "utf8")) as Result;
  expect(image.Config).toContain(result.environments[0]?.image.replace("sha256:", ""));
  const verified = await vivarium(folder, "verify", "image.tar.gz", "--runs", "10", "--progress", "none");
  expect(verified).toMatchObject({ exitCode: 0 });
  await rm(join(folder, "bundle"), { recursive: true });
  await rm(join(folder, "image.tar.gz"));
});

test("a place that cannot be written to is told, and leaves no half file", async () => {
  const folder = join(root, "made");
  const before = await readdir(folder);
  const { exitCode, stderr } = await vivarium(folder, "bundle", "--out", "nowhere/it.tar.gz");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("--out nowhere/it.tar.gz: cannot be written: ");
  expect(await readdir(folder)).toEqual(before);
});
