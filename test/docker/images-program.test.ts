import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEngine } from "./engines.js";
import { provide, provideOne, reproFolder, runOnce } from "./images-fixture.js";

const HELLO_C = `#include <stdio.h>
int main(void) { puts("hello"); return 0; }
`;

test("a C file is built for glibc and musl, and runs as nobody on a read-only root", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({ "main.c": HELLO_C });
  const { binaries } = await provide(engine, folder, { environments: ["glibc-2.36", "musl-1.2.3"] });
  expect([...binaries.keys()]).toEqual(["glibc-2.36", "musl-1.2.3"]);
  for (const [id, binary] of binaries) {
    if (binary instanceof Error) throw binary;
    const compiler = id.startsWith("musl") ? "musl-gcc" : "gcc";
    expect(binary.commands).toEqual([`${compiler} -g -o /opt/repro/program main.c -static`]);
    expect(await runOnce(engine, binary)).toMatchObject({ code: 0, stdout: "hello\n", stderr: "" });
    expect(binary.ranOn).toEqual(binary.builtIn);
  }
});

test("the facts are those of the image: versions, packages, the program's checksum", async () => {
  const engine = await openEngine();
  const binary = await provideOne(engine, await reproFolder({ "main.c": HELLO_C }));
  const { builtIn } = binary;
  expect(builtIn.libc.package).toBe(`libc6 ${builtIn.packages["libc6"]}`);
  expect(builtIn.libc.package).toMatch(/^libc6 2\.36-/);
  expect(builtIn.compiler).toContain(builtIn.packages["gcc-12"] ?? "no gcc-12");
  expect(builtIn.image).toMatch(/^sha256:[0-9a-f]{64}$/);
  const bytes = await engine.readFile(binary.image, binary.program);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(binary.sha256);
});

test("a second time builds nothing and gives the same", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({ "main.c": HELLO_C, "unused.txt": "1" });
  const first = await provide(engine, folder, { environments: ["glibc-2.36"] });
  const second = await provide(engine, folder, { environments: ["glibc-2.36"] });
  expect(second.binaries).toEqual(first.binaries);
  expect(second.events.map((event) => (event.kind === "step-ended" ? event.status : event.kind))).toEqual([
    "cached",
    "cached",
    "cached",
  ]);
});

test("an image that is used again is noted as used then", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({ "main.c": HELLO_C });
  const { image, builtIn } = await provideOne(engine, folder);
  const used = async (): Promise<number[]> => {
    const records = await Promise.all([image, builtIn.image].map((id) => engine.inspectImage(id)));
    return records.map((record) => Date.parse(record?.used ?? ""));
  };
  const before = await used();
  await provideOne(engine, folder);
  // No start waits for the note, so it may come a moment later.
  await expect
    .poll(async () => (await used()).every((time, i) => time > (before[i] as number)), { timeout: 10_000 })
    .toBe(true);
});

test("a change of a source is another program", async () => {
  const engine = await openEngine();
  const one = await provideOne(engine, await reproFolder({ "main.c": HELLO_C }));
  const two = await provideOne(engine, await reproFolder({ "main.c": HELLO_C.replace("hello", "hullo") }));
  expect(two.sha256).not.toBe(one.sha256);
  expect((await runOnce(engine, two)).stdout).toBe("hullo\n");
});

test("programs that ask for it at the same time are built once", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({ "main.c": `/* ${Math.random()} */\n${HELLO_C}` });
  const [a, b] = await Promise.all([provideOne(engine, folder), provideOne(engine, folder)]);
  expect(b.image).toBe(a?.image);
});

test("a source that does not compile is told in the compiler's words, and costs no other environment", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({
    "main.c": `#include <stdio.h>\n#ifndef __GLIBC__\n#error "glibc only"\n#endif\nint main(void) { return 0; }\n`,
  });
  const { binaries } = await provide(engine, folder, { environments: ["musl-1.2.3", "glibc-2.36"] });
  expect(binaries.get("musl-1.2.3")).toMatchObject({
    kind: "request",
    message: expect.stringMatching(
      /^default on musl-1\.2\.3: the program does not build:\nmain\.c:3:2: error: #error "glibc only"/,
    ),
  });
  expect(binaries.get("glibc-2.36")).not.toBeInstanceOf(Error);
});

test("a build has no network", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({
    "repro.yaml": "name: net\ntitle: net\nlanguage: c\nsources: [main.c]\nbuild: ls /sys/class/net; exit 1\n",
    "main.c": HELLO_C,
  });
  await expect(provideOne(engine, folder)).rejects.toThrow(/does not build:\nlo$/);
});

test("the linker's warnings are kept", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({
    "main.c": "#include <pwd.h>\nint main(void) { return getpwuid(0) == 0; }\n",
  });
  const { linkWarnings } = await provideOne(engine, folder);
  expect(linkWarnings).toHaveLength(1);
  expect(linkWarnings[0]).toContain("warning: Using 'getpwuid' in statically linked applications requires");
});

test("C++ is built with g++, static", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({
    "main.cc": '#include <iostream>\nint main() { std::cout << "C++\\n"; }\n',
  });
  const binary = await provideOne(engine, folder);
  expect(binary.commands).toEqual(["g++ -g -o /opt/repro/program main.cc -static"]);
  expect((await runOnce(engine, binary)).stdout).toBe("C++\n");
});

test("clang builds for glibc and, through a wrapper of ours, for musl", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({ "main.c": HELLO_C });
  for (const link of ["static", "dynamic"] as const) {
    const { binaries } = await provide(engine, folder, {
      environments: ["glibc-2.36", "musl-1.2.3"],
      build: { cc: "clang", link },
    });
    for (const binary of binaries.values()) {
      if (binary instanceof Error) throw binary;
      expect(binary.builtIn.compiler).toContain("clang version 14");
      expect(await runOnce(engine, binary)).toMatchObject({ code: 0, stdout: "hello\n" });
    }
  }
});

test("the address sanitizer works where it is asked for", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({
    "main.c": "#include <stdlib.h>\nint main(void) { char *p = malloc(1); free(p); return *p; }\n",
  });
  const binary = await provideOne(engine, folder, { build: { sanitize: ["address"], link: "dynamic" } });
  const { code, stderr } = await runOnce(engine, binary);
  expect(code).toBe(1);
  expect(stderr).toContain("AddressSanitizer: heap-use-after-free");
});

test("files are laid over the root without compiling again", async () => {
  const engine = await openEngine();
  const manifest = "name: files\ntitle: files\nlanguage: c\nsources: [main.c]\nfiles: {/etc/motto: motto}\n";
  const source = `#include <stdio.h>
int main(void) { char text[9]; FILE *f = fopen("/etc/motto", "r"); puts(fgets(text, 9, f)); return 0; }
`;
  const files = { "repro.yaml": manifest, "main.c": source };
  const one = await provideOne(engine, await reproFolder({ ...files, motto: "one" }));
  const two = await provideOne(engine, await reproFolder({ ...files, motto: "two" }));
  expect((await runOnce(engine, one)).stdout).toBe("one\n");
  expect((await runOnce(engine, two)).stdout).toBe("two\n");
  expect(two.sha256).toBe(one.sha256);
});

test("a program built in one environment runs in another", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({ "main.c": HELLO_C });
  const { binaries } = await provide(engine, folder, { environments: ["glibc-2.36"], runOn: ["musl-1.2.3"] });
  const [binary] = binaries.values();
  if (binary === undefined || binary instanceof Error) throw binary;
  expect(binary.builtIn.libc.family).toBe("glibc");
  expect(binary.ranOn.libc.family).toBe("musl");
  expect((await runOnce(engine, binary)).stdout).toBe("hello\n");
});

test("a prebuilt static program is taken as it is", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({ "main.c": HELLO_C });
  execFileSync("gcc", ["-static", "-o", join(folder, "a.out"), join(folder, "main.c")]);
  const prebuilt = await reproFolder({
    "repro.yaml": "name: prebuilt\ntitle: prebuilt\nlanguage: prebuilt\nsources: [a.out]\n",
    "a.out": readFileSync(join(folder, "a.out")),
  });
  expect((await runOnce(engine, await provideOne(engine, prebuilt))).stdout).toBe("hello\n");
});

test("a prebuilt program whose loader is not there is refused, and the loader named", async () => {
  const engine = await openEngine();
  const folder = await reproFolder({ "main.c": HELLO_C });
  execFileSync("gcc", [
    "-Wl,--dynamic-linker=/opt/ld-none.so.1",
    "-o",
    join(folder, "a.out"),
    join(folder, "main.c"),
  ]);
  const prebuilt = await reproFolder({
    "repro.yaml": "name: prebuilt\ntitle: prebuilt\nlanguage: prebuilt\nsources: [a.out]\n",
    "a.out": readFileSync(join(folder, "a.out")),
  });
  await expect(provideOne(engine, prebuilt)).rejects.toThrow(
    "asks for the loader /opt/ld-none.so.1, which this image does not have",
  );
});
