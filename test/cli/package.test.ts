import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

/** What `npm pack` makes of this tree, installed in an empty folder far from it. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
let folder: string;
let packed: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-package-"));
  const { stdout } = await execa(
    "npm",
    ["pack", "--json", "--pack-destination", folder, "--ignore-scripts", "--loglevel=error"],
    { cwd: ROOT },
  );
  const [tarball] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  packed = tarball.files.map(({ path }) => path);
  await writeFile(
    join(folder, "package.json"),
    `{ "name": "elsewhere", "private": true, "type": "module" }\n`,
  );
  await execa("npm", ["install", "--prefer-offline", ...QUIET, `./${tarball.filename}`], { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const vivarium = (...words: string[]) =>
  execa("npx", ["--no-install", "vivarium", ...words], { cwd: folder, reject: false });

test("the package holds what it needs, and nothing of the tests", () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      "dist/cli.js",
      "dist/bundle/LICENSES.txt",
      "dist/index.d.ts",
      "dist/catalogue.json",
      "dockerfiles/catalogue.yaml",
      "dockerfiles/container/runner.c",
      "dockerfiles/container/runner/frame.h",
      "repros/golang-13470/repro.yaml",
      "schemas/repro.schema.json",
      "README.md",
      "LICENSE",
    ]),
  );
  expect(packed.filter((path) => /^(test|src|scripts|bench)\/|\.vivarium|\.test\./.test(path))).toEqual([]);
});

test("the command that was built may be run, whoever puts it on the PATH", async () => {
  expect((await stat(join(ROOT, "dist/cli.js"))).mode & 0o111).toBe(0o111);
});

test("npx vivarium lists and plans in an empty folder", async () => {
  const listed = await vivarium("list");
  expect(listed).toMatchObject({ exitCode: 0, stderr: "" });
  expect(listed.stdout).toContain("golang-13470");
  expect(listed.stdout).toContain("musl-1.2.3");
  const planned = await vivarium("plan", "golang-13470");
  expect(planned).toMatchObject({ exitCode: 0, stderr: "" });
  expect(planned.stdout).toContain("os-user-uncached.patch");
});

test("npx vivarium runs a C file on the engine, and keeps its folder out of the user's repository", async () => {
  await writeFile(join(folder, "crash.c"), "int main(void) { __builtin_trap(); }\n");
  const words = ["--env", "glibc-2.36", "--runs", "2", "--captures", "0", "--progress", "none", "--json"];
  const { exitCode, stdout, stderr } = await vivarium("run", "crash.c", ...words);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ environments: [{ attempts: 2, outcomes: { crash: 2 } }] });
  await execa("git", ["init", "-q"], { cwd: folder });
  const status = await execa("git", ["status", "--short", "--untracked-files=all", "crash.c", ".vivarium"], {
    cwd: folder,
  });
  expect(status.stdout).toBe("?? crash.c");
  expect(await readFile(join(folder, ".vivarium/.gitignore"), "utf8")).toBe("*\n");
});

test("the library is imported with its types", async () => {
  const source = `import { reproduce, Failure, type Result, type ReproduceOptions } from "vivarium";
const options: ReproduceOptions = { repro: { source: "int main(void) { return 0; }", language: "c" }, runs: 0 };
try {
  const { result } = await reproduce(options);
  const rates: (number | undefined)[] = (result satisfies Result).environments.map(({ rate }) => rate?.estimate);
  console.log(rates);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(error.kind, error.exitCode, error.message);
}
`;
  await writeFile(join(folder, "use.ts"), source);
  const types = ["--types", "node", "--typeRoots", join(ROOT, "node_modules/@types")];
  const options = ["--strict", "--module", "nodenext", "--target", "es2023", "--exactOptionalPropertyTypes"];
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  await execa(process.execPath, [tsc, ...options, ...types, "--skipLibCheck", "use.ts"], { cwd: folder });
  const { stdout } = await execa(process.execPath, ["use.js"], { cwd: folder });
  expect(stdout).toBe("request 2 --runs 0: not a whole number above 0");
});

test("whoever edits the catalogue gets what it says, not what it said when it was built", async () => {
  const file = join(folder, "node_modules/vivarium/dockerfiles/catalogue.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("  musl-1.2.3:", "  musl-mine:"));
  const edited = await vivarium("list");
  await writeFile(file, text.replace("  musl-1.2.3:", "  musl-1.2.3"));
  const torn = await vivarium("list");
  await writeFile(file, text);
  expect(edited).toMatchObject({ exitCode: 0, stderr: "" });
  expect(edited.stdout).toContain("musl-mine");
  expect(torn.exitCode).toBe(2);
  expect(torn.stderr).toMatch(/dockerfiles\/catalogue\.yaml:\d+:\d+: /);
});
