import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { Configuration } from "../../../src/manifest/configuration.js";
import { folderOf, vivarium, type Where } from "../../commands/command-line.js";

const SOURCE = { "crash.c": "int main(void) { return 0; }\n" };

/** The plan of crash.c as `vivarium plan` prints it. */
async function plan(
  words: readonly string[],
  where: Where,
): Promise<{ stop: string; run: { timeoutMs: number } }> {
  const { code, stdout, stderr } = await vivarium(["plan", "crash.c", ...words], { env: {}, ...where });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return parse(stdout) as never;
}

test("a flag stands over a variable, a variable over the file, the file over the default", async () => {
  const plain = await folderOf(SOURCE);
  const cwd = await folderOf({ ...SOURCE, "vivarium.config.yaml": "runs: 30\ntimeout: 3s\n" });
  const env = { VIVARIUM_RUNS: "40" };
  expect((await plan([], { cwd: plain })).stop).toContain("25 attempts");
  expect((await plan([], { cwd })).stop).toContain("30 attempts");
  expect((await plan([], { cwd, env })).stop).toContain("40 attempts");
  expect((await plan(["--runs", "50"], { cwd, env })).stop).toContain("50 attempts");
  // Each key on its own: the variable hides no other key of the file.
  expect((await plan(["--runs", "50"], { cwd, env })).run.timeoutMs).toBe(3000);
});

test("the nearest file above the folder counts, and --config names another", async () => {
  const root = await folderOf({
    "vivarium.config.yaml": "runs: 31\n",
    "other.yaml": "runs: 32\n",
    "deep/er/crash.c": "int main(void) { return 0; }\n",
  });
  const cwd = join(root, "deep/er");
  expect((await plan([], { cwd })).stop).toContain("31 attempts");
  expect((await plan(["--config", "../../other.yaml"], { cwd })).stop).toContain("32 attempts");
  expect((await plan(["--config=../../other.yaml"], { cwd })).stop).toContain("32 attempts");
});

test("a key that a verb has no option for is no mistake", async () => {
  const cwd = await folderOf({ "vivarium.config.yaml": "runs: 30\nkeep: 3\nbase: bootstrap\n" });
  expect((await vivarium(["list"], { cwd, env: {} })).code).toBe(0);
});

test.each([
  [
    "a key of a repro's manifest",
    "cflags: [-O2]\n",
    {},
    "vivarium.config.yaml:1:1: unknown key 'cflags'; 'cflags' is a key of a repro's repro.yaml, at the top level",
  ],
  [
    "a list for a map",
    "sources: [musl]\n",
    {},
    "vivarium.config.yaml:1:1: sources: a list stands where a map is wanted, such as { NAME: … }",
  ],
  ["a key misspelt", "rusn: 3\n", {}, "vivarium.config.yaml:1:1: unknown key 'rusn'; did you mean 'runs'?"],
  ["a value of the wrong kind", "runs: many\n", {}, "vivarium.config.yaml:1:1: runs: "],
  ["broken YAML", "runs: [\n", {}, "vivarium.config.yaml:"],
  ["a variable of the wrong kind", "", { VIVARIUM_RUNS: "many" }, "VIVARIUM_RUNS=many: "],
])("%s is told, with its place", async (_what, text, env, said) => {
  const cwd = await folderOf({ ...SOURCE, "vivarium.config.yaml": text });
  const { code, stdout, stderr } = await vivarium(["plan", "crash.c"], { cwd, env });
  expect(stderr).toContain(`vivarium: ${said}`);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("an empty file is a configuration without keys", async () => {
  const cwd = await folderOf({ ...SOURCE, "vivarium.config.yaml": "\n" });
  expect((await plan([], { cwd })).stop).toContain("25 attempts");
});

test("the page of the configuration has every key, its variable, and every variable that is read", async () => {
  const root = new URL("../../../", import.meta.url);
  const page = await readFile(new URL("docs/reference/configuration.md", root), "utf8");
  const rows = [...page.matchAll(/^\| (?:`(\w+)` \| )?`(VIVARIUM_[A-Z]+)` \|/gm)];
  const keys = rows.flatMap(([, key]) => key ?? []);
  expect(keys.sort()).toEqual(Object.keys(Configuration.shape).sort());
  for (const [, key, variable] of rows)
    if (key !== undefined) expect(variable).toBe(`VIVARIUM_${key.toUpperCase()}`);
  const read = new Set<string>();
  for (const path of await readdir(new URL("src", root), { recursive: true })) {
    if (!path.endsWith(".ts")) continue;
    const text = await readFile(new URL(`src/${path}`, root), "utf8");
    for (const [, name] of text.matchAll(/env\["(VIVARIUM_\w+)"\]/g)) read.add(name as string);
  }
  expect(read).toContain("VIVARIUM_PATIENCE");
  expect(rows.map(([, , variable]) => variable)).toEqual(expect.arrayContaining([...read]));
});
