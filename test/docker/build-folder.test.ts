import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Binary } from "../../src/images/binary.js";
import { programFiles } from "../../src/commands/bundle/programs.js";
import { openEngine } from "./engines.js";
import { provide, provideOne, reproFolder, runOnce } from "./images-fixture.js";

const HELLO_C = `int main(void) { return 0; }\n`;

/** A repro whose build is this command line. */
function repro(build: string, more: Record<string, string> = {}): Promise<string> {
  const manifest = { name: "x", title: "x", language: "c", link: "dynamic", sources: ["."], build };
  return reproFolder({ "repro.yaml": JSON.stringify(manifest), "main.c": HELLO_C, ...more });
}

/** A program that needs what lies beside it: a library by its rpath, a file by its own path. */
const BESIDE = {
  "greet.c": `#include <stdio.h>\nvoid greet(const char *word) { printf("hello, %s\\n", word); }\n`,
  "main.c": `#include <stdio.h>
#include <string.h>
#include <unistd.h>
void greet(const char *word);
int main(void) {
  char path[256] = "", word[16] = "";
  readlink("/proc/self/exe", path, 200);
  strcpy(strrchr(path, '/'), "/share/word");
  FILE *file = fopen(path, "r");
  if (file == NULL || fscanf(file, "%15s", word) != 1) return 1;
  greet(word);
  return 0;
}
`,
};
const BUILD_BESIDE = `set -e
$CC $CFLAGS -shared -fPIC -o $OUTDIR/libgreet.so.1 greet.c
ln -s libgreet.so.1 $OUTDIR/libgreet.so
mkdir $OUTDIR/share && echo world > $OUTDIR/share/word
$CC $CFLAGS -o $OUT main.c -L$OUTDIR -lgreet -Wl,-rpath,'$ORIGIN' $LDFLAGS`;

test("what a build leaves beside the program goes where it goes: to other environments, into bundles", async () => {
  const engine = await openEngine();
  const { binaries } = await provide(engine, await repro(BUILD_BESIDE, BESIDE), {
    environments: ["glibc-2.36"],
    runOn: ["glibc-2.36", "glibc-2.41"],
  });
  expect([...binaries.keys()]).toEqual(["glibc-2.36:glibc-2.36", "glibc-2.36:glibc-2.41"]);
  for (const binary of binaries.values() as Iterable<Binary>)
    expect(await runOnce(engine, binary)).toMatchObject({ code: 0, stdout: "hello, world\n", stderr: "" });
  const files = await programFiles(engine, "a:b", binaries.get("glibc-2.36:glibc-2.41") as Binary);
  expect([...files.keys()]).toEqual(
    ["libgreet.so", "libgreet.so.1", "program", "share/word"].map((name) => `binary/a_b/${name}`),
  );
  expect(files.get("binary/a_b/libgreet.so")).toEqual(files.get("binary/a_b/libgreet.so.1"));
});

test("of what a build does, nothing but that folder is left: no file, no process, no changed compiler", async () => {
  const engine = await openEngine();
  const marked = await repro(`set -e
id -u > $OUTDIR/user; ls -ld /usr/bin/cc > /dev/null
for file in /usr/bin/cc /opt/vivarium/runner /opt/vivarium/evidence.py /usr/bin/gdb /etc/passwd /bin/x /opt/go-build/x; do
  if cp main.c $file 2> /dev/null; then echo $file >> $OUTDIR/changed; fi
done
echo x > /tmp/left; echo x > /repro/left; (sleep 1000 &)
gcc -static -o $OUT main.c`);
  const binary = await provideOne(engine, marked);
  const left = await engine.readFolder(binary.image, "/opt/repro", { bytes: 1e8, entries: 10 });
  expect(left.map(({ path }) => path)).toEqual(["program", "user"]);
  expect(left[1]).toMatchObject({ content: Buffer.from("65534\n") });
  const sources = await engine.readFolder(binary.image, "/repro", { bytes: 1e6, entries: 10 });
  expect(sources.map(({ path }) => path)).toEqual(["main.c", "repro.yaml"]);
  await expect(engine.readFile(binary.image, "/tmp/left")).rejects.toThrow();
});

const MADE =
  "$CC -c main.c && mkdir -p bin && $CC -o bin/one main.o && cp main.c not-a-program && chmod +x not-a-program";

test("the one program that a build makes is taken, with the libraries that it made for it; of several the one that is meant", async () => {
  const engine = await openEngine();
  const library = `${MADE} && $CC -shared -fPIC -o libx.so main.c && $CC -o bin/one main.o -Wl,--no-as-needed -L. -lx -Wl,-rpath,$OUTDIR`;
  const binary = await provideOne(engine, await repro(library));
  const left = await engine.readFolder(binary.image, "/opt/repro", { bytes: 1e8, entries: 10 });
  expect(left.map(({ path }) => path)).toEqual(["libx.so", "program"]);
  expect(await runOnce(engine, binary)).toMatchObject({ code: 0 });

  const two = await repro(`${MADE} && printf 'int main(void) { return 7; }' > two.c && $CC -o two two.c`);
  await expect(provideOne(engine, two)).rejects.toMatchObject({
    message: expect.stringContaining("the build made 2 programs: bin/one two") as string,
    remedy: expect.stringContaining("--target bin/one") as string,
  });
  const meant = await provideOne(engine, two, { build: { target: "two" } });
  expect(await runOnce(engine, meant)).toMatchObject({ code: 7 });
});

test("on an image's second libc a build finds its compiler by the usual names, and no program of the other libc gets through", async () => {
  const engine = await openEngine();
  const musl = { environments: ["musl-1.2.3"] };
  const { image, program } = await provideOne(engine, await repro("gcc -o app main.c && cc -c main.c"), musl);
  const content = await engine.readFile(image, program);
  expect(content.includes("/lib/ld-musl-")).toBe(true);
  for (const flag of ["", "-static"])
    await expect(
      provideOne(engine, await repro(`/usr/bin/gcc ${flag} -o app main.c`), musl),
    ).rejects.toMatchObject({
      message: expect.stringContaining("the program is linked to this image's glibc") as string,
    });
});

test.each([
  ["a folder", "mkdir $OUT", "left a folder at $OUT"],
  ["a pipe", "mkfifo $OUT", "left a named pipe in $OUTDIR: /opt/repro/program"],
  ["nothing", "true", "wrote no program to $OUT"],
  [
    "a link out",
    "ln -s /bin/true $OUT",
    "left a link in $OUTDIR: /opt/repro/program -> /bin/true, which leads out",
  ],
  ["a device", 'mknod "$OUT" c 1 3', "Operation not permitted"],
  [
    "a socket",
    "perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un(shift)) or die' $OUT",
    "wrote no program to $OUT",
  ],
  ["a huge file", "truncate -s 600M $OUT", "/opt/repro holds more than 512 MiB"],
])("a build that leaves %s for a program is refused", async (_what, build, message) => {
  await expect(provideOne(await openEngine(), await repro(build))).rejects.toMatchObject({
    kind: "request",
    message: expect.stringContaining(message) as string,
  });
});

test("a process that a build leaves behind is gone with its container", async () => {
  const mark = `${process.pid}.${Date.now() % 1e6}`;
  const build = `gcc -static -o $OUT main.c; setsid sleep 4${mark} > /dev/null 2>&1 < /dev/null & echo`;
  await provideOne(await openEngine(), await repro(build));
  const commands = readdirSync("/proc").flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, "utf8")];
    } catch {
      return []; // No process, or one that is gone.
    }
  });
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.filter((words) => words.includes(`4${mark}`))).toEqual([]);
});

test("a hard link is a file of its own", async () => {
  const engine = await openEngine();
  const build = "gcc -static -o app main.c; ln app $OUT; ln app $OUTDIR/second";
  const { image, program, sha256 } = await provideOne(engine, await repro(build));
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(await engine.readFile(image, "/opt/repro/second")).toEqual(await engine.readFile(image, program));
});
