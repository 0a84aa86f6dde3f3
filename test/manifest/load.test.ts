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

  test("may be in a language whose compiler is a package", async () => {
    await write({
      "a.rs": "fn main() {}",
      "b.s": "\t.globl _start\n_start:\n",
      "c.s": "\t.globl main\nmain:\n",
    });
    const { manifest } = await load("./a.rs");
    expect(manifest).toMatchObject({ language: "rust", link: "dynamic", environments: ["glibc-2.36"] });
    expect((await load("./b.s")).manifest).toMatchObject({ language: "c", ldflags: ["-nostdlib"] });
    expect((await load("./c.s")).manifest.ldflags).toBeUndefined();
  });

  test("of a crate is built by cargo", async () => {
    await write({
      "crate/Cargo.toml": "[package]",
      "crate/src/main.rs": "fn main() {}",
      "crate/Makefile": "all:",
    });
    const { manifest } = await load("./crate");
    expect(manifest).toMatchObject({
      language: "rust",
      packages: ["cargo"],
      sources: ["Cargo.toml", "Makefile", "src"],
    });
    expect(manifest.build).toContain("cargo build --offline");
  });

  test("of a project leaves folders without files out, as git does, and has what its build looks for libraries with", async () => {
    await write({ "p/Makefile": "LDLIBS += $(shell pkg-config --libs zlib)\n", "p/src/main.c": "" });
    await mkdir(join(folder, "p/tests/data"), { recursive: true });
    const { manifest } = await load("./p");
    expect(manifest).toMatchObject({ sources: ["Makefile", "src"], packages: ["make", "pkg-config"] });
    await write({ "q/CMakeLists.txt": "find_package(PkgConfig REQUIRED)\n", "q/main.c": "" });
    expect((await load("./q")).manifest.packages).toEqual(["cmake", "make", "pkg-config"]);
    await write({ "r/Makefile": "r: r.c\n", "r/r.c": "" });
    expect((await load("./r")).manifest.packages).toEqual(["make"]);
  });

  test("may be a folder without a manifest: its language is that of its sources", async () => {
    await write({
      "p/main.go": "package main",
      "p/go.mod": "module p",
      "p/vendor/x/x.go": "",
      "p/index.html": "",
    });
    expect((await load("p")).manifest).toMatchObject({
      language: "go",
      sources: ["go.mod", "index.html", "main.go", "vendor"],
    });
    await write({ "t/x_test.go": "" });
    expect((await load("t")).manifest.test).toBe(true);
    await write({ "q/a.cc": "", "q/b.c": "", "q/b.h": "" });
    expect((await load("q")).manifest).toMatchObject({ language: "c++", sources: ["a.cc", "b.c", "b.h"] });
  });

  const MODULE = { "m/go.mod": "module m", "m/lib.go": "package m" };
  test.each<[string, Record<string, string>, string, object]>([
    ["a package that is no program: its tests", { "m/lib_test.go": "package m" }, "m", { test: true }],
    [
      "a package that is no program, by its test's name",
      { "m/lib_test.go": "package m" },
      "m/lib_test.go",
      { test: true },
    ],
    [
      "the one program below a module's root",
      { "m/cmd/a/a.go": "// x\n\npackage main" },
      "m",
      { target: "./cmd/a" },
    ],
    [
      "the one package with tests below it",
      { "m/in/a.go": "package in", "m/in/a_test.go": "package in_test" },
      "m",
      { target: "./in", test: true },
    ],
    [
      "a package of a module by its own folder",
      { "m/in/a.go": "package in", "m/in/a_test.go": "package in_test" },
      "m/in",
      { target: "./in", test: true, sources: ["go.mod", "in", "lib.go"] },
    ],
    [
      "no generator",
      { "m/gen.go": "//go:build ignore\n\npackage main", "m/x_test.go": "package m" },
      "m",
      { test: true },
    ],
  ])("of a Go module may be %s", async (_what, files, argument, manifest) => {
    await write({ ...MODULE, ...files });
    expect((await load(argument)).manifest).toMatchObject({ language: "go", ...manifest });
  });

  test("of a Go module with several programs asks which", async () => {
    await write({ ...MODULE, "m/cmd/a/a.go": "package main", "m/cmd/b/b.go": "package main" });
    await expect(load("m")).rejects.toMatchObject({
      message: "m: 2 programs are in this module: ./cmd/a, ./cmd/b",
      remedy: "say which one is meant: --target ./cmd/a",
    });
    expect((await loadRepro("m", [], folder, { target: "./cmd/a" })).manifest).not.toHaveProperty("target");
  });

  test("in which C has the main and Go is its library builds the library first", async () => {
    const go = 'package main\n\nimport "C"\n\n//export Add\nfunc Add() {}\n\nfunc main() {}\n';
    await write({ "p/a.go": go, "p/host.c": '#include "liba.h"\nint main(void) { Add(); }\n' });
    const { manifest } = await load("p");
    expect(manifest).toMatchObject({ language: "go", link: "dynamic" });
    expect(manifest.build).toContain("mode=c-shared lib=liba.so");
    await write({ "q/a.go": go, "q/part.c": '#include "_cgo_export.h"\nint helper(void) { return 0; }\n' });
    expect((await load("q")).manifest).not.toHaveProperty("build");
  });

  test.each([
    ["Makefile", "make CC=", ["make"]],
    ["CMakeLists.txt", "cmake -S . -B /tmp/build", ["cmake", "make"]],
    ["configure", "./configure --disable-shared && make", ["make"]],
    ["configure.ac", "autoreconf -fi && ", ["autoconf", "automake", "libtool", "make", "pkg-config"]],
    ["meson.build", "meson setup /tmp/build", ["meson", "pkg-config"]],
  ])(
    "may be a project with a %s: it is built by that, and all of it is taken",
    async (file, build, packages) => {
      await write({
        [`p/${file}`]: "",
        "p/src/a.c": "",
        "p/src/data.txt": "",
        "p/.git/HEAD": "",
        "p/vivarium.lock": "",
      });
      const { manifest } = await load("p");
      expect(manifest).toMatchObject({
        language: "c",
        link: "dynamic",
        packages,
        sources: [file, "src"].sort(),
      });
      expect(manifest.build).toContain(build);
    },
  );

  test("is C++ where any of a project's files is, but for its tests", async () => {
    await write({
      "p/Makefile": "",
      "p/src/deep/a.cpp": "",
      "q/Makefile": "",
      "q/tests/a.cpp": "",
      "q/a.c": "",
    });
    expect((await load("p")).manifest.language).toBe("c++");
    expect((await load("q")).manifest.language).toBe("c");
  });

  test("built by a command line of the user's own is the whole folder", async () => {
    await write({ "p/Makefile": "", "p/a.inc": "", "q/x.asm": "" });
    const own = (path: string) => loadRepro(path, [], folder, { ownBuild: true });
    const { manifest } = await own("p");
    expect(manifest).toMatchObject({ sources: ["Makefile", "a.inc"], packages: ["make"] });
    expect(manifest).not.toHaveProperty("build");
    expect((await own("q")).manifest).toMatchObject({ sources: ["x.asm"], language: "c" });
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

  test("whose source is a folder without files is refused", async () => {
    await write({ "d/repro.yaml": MANIFEST.replace("a.c", "a.c, data"), "d/a.c": "" });
    await mkdir(join(folder, "d/data/deeper"), { recursive: true });
    await expect(load("d")).rejects.toMatchObject({
      message: expect.stringContaining("sources: 'data' is a folder without files") as string,
      remedy: "leave it out",
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
