import { expect, test } from "vitest";
import { openEngine } from "./engines.js";
import { provide, provideOne, reproFolder, runOnce } from "./images-fixture.js";

const HELLO_GO = 'package main\n\nfunc main() { println("hello") }\n';

test("Go with cgo is linked statically by the environment's own compiler", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({
    "main.go": `package main

// #include <stdio.h>
// static void hello(void) { puts("from C"); fflush(stdout); }
import "C"

func main() { C.hello() }
`,
  });
  const { binaries } = await provide(engine, folder, { environments: ["glibc-2.36", "musl-1.2.3"] });
  for (const binary of binaries.values()) {
    if (binary instanceof Error) throw binary;
    expect(binary.builtIn.go).toEqual({ version: expect.stringMatching(/^1\.19\./) });
    expect(await runOnce(engine, binary)).toMatchObject({ code: 0, stdout: "from C\n" });
  }
});

test("Go without cgo", async () => {
  const engine = await openEngine();
  const binary = await provideOne(engine, await reproFolder({ "main.go": HELLO_GO }), {
    build: { cgo: false },
  });
  expect(binary.commands).toEqual(["CGO_ENABLED=0 go build -o /opt/repro/program main.go"]);
  expect((await runOnce(engine, binary)).stderr).toBe("hello\n");
});

test("a module with what it vendors, and C beside Go", async () => {
  const engine = await openEngine();
  const vendored = await reproFolder({
    "main.go": 'package main\n\nimport "example.test/lib"\n\nfunc main() { println(lib.Word) }\n',
    "go.mod": "module example.test/app\n\ngo 1.15\n\nrequire example.test/lib v1.0.0\n",
    "vendor/modules.txt": "# example.test/lib v1.0.0\n## explicit\nexample.test/lib\n",
    "vendor/example.test/lib/lib.go": 'package lib\n\nconst Word = "vendored"\n',
  });
  expect(await runOnce(engine, await provideOne(engine, vendored))).toMatchObject({
    code: 0,
    stderr: "vendored\n",
  });

  const beside = await reproFolder({
    "main.go": 'package main\n\n// int word(void);\nimport "C"\n\nfunc main() { println(C.word()) }\n',
    "word.c": "int word(void) { return 42; }\n",
  });
  expect(await runOnce(engine, await provideOne(engine, beside))).toMatchObject({ code: 0, stderr: "42\n" });
});

test("a test binary", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({
    "x_test.go": 'package x\n\nimport "testing"\n\nfunc TestX(t *testing.T) { t.Log("tested") }\n',
  });
  const { code, stdout } = await runOnce(engine, await provideOne(engine, folder), ["-test.v"]);
  expect(code).toBe(0);
  expect(stdout).toContain("tested");
});

const MANIFEST = "name: patched\ntitle: patched\nlanguage: go\nsources: [main.go]\npatches: [os.patch]\n";
const MAIN = 'package main\n\nimport "os"\n\nfunc main() { println(os.Getpagesize()) }\n';

test("a patch changes the standard library of this program alone", async () => {
  const engine = await openEngine();
  const patch = `--- a/src/os/types.go
+++ b/src/os/types.go
@@ -12,4 +12,4 @@
 // Getpagesize returns the underlying system's memory page size.
-func Getpagesize() int { return syscall.Getpagesize() }
+func Getpagesize() int { return 42 + 0*syscall.Getpagesize() }
 
 // File represents an open file descriptor.
`;
  const patched = await provideOne(
    engine,
    await reproFolder({ "repro.yaml": MANIFEST, "main.go": MAIN, "os.patch": patch }),
  );
  expect((await runOnce(engine, patched)).stderr).toBe("42\n");
  const plain = await provideOne(engine, await reproFolder({ "main.go": MAIN }));
  expect((await runOnce(engine, plain)).stderr).toBe("4096\n");
});

test("a patch that does not apply is told by file and hunk", async () => {
  const engine = await openEngine();
  const patch = `--- a/src/os/types.go
+++ b/src/os/types.go
@@ -1,3 +1,3 @@
 no such line
-nor this
+one
 nor that
`;
  const folder = await reproFolder({ "repro.yaml": MANIFEST, "main.go": MAIN, "os.patch": patch });
  const refused = provideOne(engine, folder);
  await expect(refused).rejects.toMatchObject({ kind: "request" });
  await expect(refused).rejects.toThrow(
    /a patch does not apply:\n\/repro\/os\.patch:\npatching file src\/os\/types\.go\nHunk #1 FAILED at 1\./,
  );
});

test("a Go program that does not compile is told in go's words", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({ "main.go": "package main\n\nfunc main() { undefined() }\n" });
  await expect(provideOne(engine, folder)).rejects.toThrow(
    "the program does not build:\n# command-line-arguments\n./main.go:3:15: undefined: undefined",
  );
});

test("an older suite's Go goes into a newer suite's image", async () => {
  const engine = await openEngine();
  const binary = await provideOne(engine, await reproFolder({ "main.go": HELLO_GO }), {
    environments: ["glibc-2.36/go-1.15"],
  });
  expect(binary.builtIn.go?.version).toMatch(/^1\.15\./);
  expect(binary.builtIn.libc.version).toBe("2.36");
  expect((await runOnce(engine, binary)).stderr).toBe("hello\n");
});
