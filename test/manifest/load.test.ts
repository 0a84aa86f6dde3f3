import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadRepro } from "../../src/manifest/load.js";
import { stageRepro } from "../../src/manifest/stage.js";
import { sourceHash } from "../../src/manifest/source-hash.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-load-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
const load = (argument: string) => loadRepro(argument, [join(folder, "repros")], folder);
const MANIFEST = "name: a\ntitle: A\nlanguage: c\nsources: [a.c]\n";

describe("a repro", () => {
  test("is found by name on a shelf and by path", async () => {
    await write({ "repros/a/repro.yaml": MANIFEST, "repros/a/a.c": "" });
    expect((await load("a")).manifest.title).toBe("A");
    expect((await load("./repros/a")).path).toBe((await load("a")).path);
  });

  test("may be a single source file, with defaults", async () => {
    await write({ "My Crash.c": "int main(){}" });
    const { manifest, path } = await load("My Crash.c");
    expect(path).toBe(folder);
    expect(manifest).toMatchObject({ name: "my-crash", language: "c", sources: ["My Crash.c"] });
    expect(manifest.environments).toEqual(["glibc-2.36", "musl-1.2.3"]);
  });

  test("may be a folder without a manifest: its language is that of its sources", async () => {
    await write({ "p/main.go": "", "p/go.mod": "module p", "p/vendor/x/x.go": "", "p/README": "" });
    expect((await load("p")).manifest).toMatchObject({
      language: "go",
      sources: ["main.go", "go.mod", "vendor"],
    });
    await write({ "t/x_test.go": "" });
    expect((await load("t")).manifest.test).toBe(true);
    await write({ "q/a.cc": "", "q/b.c": "", "q/b.h": "" });
    expect((await load("q")).manifest).toMatchObject({ language: "c++", sources: ["a.cc", "b.c", "b.h"] });
  });

  test.each([
    ["of no name or path", {}, "golang-1347", "no repro 'golang-1347'", "did you mean golang-13470?"],
    [
      "in a file of another kind",
      { "a.txt": "" },
      "a.txt",
      "not a source file that vivarium can build",
      "--prebuilt",
    ],
    ["in an empty folder", { "d/README": "" }, "d", "holds neither repro.yaml nor", "vivarium new"],
    [
      "by its manifest",
      { "d/repro.yaml": MANIFEST },
      "d/repro.yaml",
      "this is a manifest",
      "name its folder: d",
    ],
    ["whose source is missing", { "d/repro.yaml": MANIFEST }, "d", "sources: 'a.c' does not exist", ""],
    [
      "whose default variant is missing",
      { "d/repro.yaml": `${MANIFEST}default: fast\nvariants: {fats: {}}\n` },
      "d",
      "default: no variant 'fast'",
      "did you mean fats?",
    ],
    [
      "whose source leads out of its folder",
      { "d/repro.yaml": MANIFEST.replace("a.c", "../secret.c"), "secret.c": "" },
      "d",
      "'../secret.c' leads out of the repro's folder",
      "copy the file",
    ],
  ])("%s is refused", async (_what, files, argument, message, remedy) => {
    await write({ ...files, "repros/golang-13470/x": "" });
    await expect(load(argument)).rejects.toMatchObject({
      kind: "request",
      message: expect.stringContaining(message) as string,
      ...(remedy === "" ? {} : { remedy: expect.stringContaining(remedy) as string }),
    });
  });

  test("may not reach a file outside by a link", async () => {
    await write({ "d/repro.yaml": MANIFEST, "secret.c": "" });
    await symlink(join(folder, "secret.c"), join(folder, "d/a.c"));
    await expect(load("d")).rejects.toThrow("leads out of the repro's folder");
  });
});

test("the source hash follows content, names and what the manifest names, and nothing else", async () => {
  await write({ "d/repro.yaml": MANIFEST, "d/a.c": "1", "d/notes": "1" });
  const hash = async () => sourceHash(await load("d"));
  const first = await hash();
  await write({ "d/notes": "2" });
  expect(await hash()).toBe(first);
  await write({ "d/a.c": "2" });
  expect(await hash()).not.toBe(first);
});

describe("a staged copy", () => {
  test("holds what the repro is made of and nothing else, with the same hash, and is made once", async () => {
    await write({
      "d/repro.yaml": MANIFEST,
      "d/a.c": "int main(){}",
      "d/secret": "x",
      "elsewhere/hosts": "127.0.0.1 x",
    });
    const repro = {
      ...(await load("d")),
      outside: { "from-flags/0-hosts": join(folder, "elsewhere/hosts") },
    };
    const { repro: staged, hash } = await stageRepro(repro, join(folder, "staged"));
    expect((await readdir(staged.path, { recursive: true })).sort()).toEqual([
      "a.c",
      "from-flags",
      "from-flags/0-hosts",
      "repro.yaml",
    ]);
    expect((await loadRepro(staged.path, [], folder)).manifest).toEqual(repro.manifest);
    await writeFile(join(folder, "d/a.c"), "changed");
    expect(await readFile(join(staged.path, "a.c"), "utf8")).toBe("int main(){}");
    expect((await stageRepro(await load("d"), join(folder, "staged"))).hash).not.toBe(hash);
  });
});
