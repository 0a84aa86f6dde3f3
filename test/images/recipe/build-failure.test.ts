import { expect, test } from "vitest";
import { explainAdditions } from "../../../src/images/additions.js";
import {
  explainImageBuild,
  explainProgramBuild,
  shortReason,
} from "../../../src/images/recipe/build-failure.js";

const toolchain = { libc: "glibc", native: "glibc" } as const;
const C = { language: "c", toolchain } as const;
const TITLE = "environment image bookworm";

test("an archive out of reach is the network's fault", () => {
  const failure = explainImageBuild(TITLE, 100, [
    "Step 8/14 : RUN set -eu; ...",
    "Err:1 http://archive.example/debian bookworm InRelease",
    "  Temporary failure resolving 'archive.example'",
    "E: Unable to locate package g++",
    "Removing intermediate container 7983a78d1838",
  ]);
  expect(failure).toMatchObject({
    kind: "infrastructure",
    message:
      "environment image bookworm: the build failed (exit 100):\n" +
      "Err:1 http://archive.example/debian bookworm InRelease\nE: Unable to locate package g++",
    remedy: "the archive cannot be reached from the engine: check its network, then run again",
  });
});

test("a file that the archive does not hold is no fault of the network", () => {
  const failure = explainImageBuild("source package musl of bullseye", 100, [
    "E: Failed to fetch http://archive.example/musl_1.2.2-1.dsc  404  Not Found [IP: 192.0.2.1 80]",
    "E: Failed to fetch some archives.",
  ]);
  expect(failure.remedy).toContain("does not hold what its own index names");
});

test("packages that a suite does not have together are named, and where to mend them", () => {
  const failure = explainImageBuild(TITLE, 100, [
    "Reading package lists...",
    "The following packages have unmet dependencies:",
    " golang-go : Depends: golang-src (>= 2:1.23~2~bpo12+1) but it is not going to be installed",
    "E: Unable to correct problems, you have held broken packages.",
  ]);
  expect(failure.message).toBe(
    "environment image bookworm: the build failed (exit 100):\n" +
      " golang-go : Depends: golang-src (>= 2:1.23~2~bpo12+1) but it is not going to be installed\n" +
      "E: Unable to correct problems, you have held broken packages.",
  );
  expect(failure.remedy).toContain("catalogue.yaml");
});

test("a full disk says how to free it", () => {
  const failure = explainImageBuild(TITLE, 100, [
    "dpkg: error processing archive /var/cache/x.deb (--unpack):",
    " cannot copy extracted data: failed to write (No space left on device)",
  ]);
  expect(failure.remedy).toBe("free disk space (vivarium clean), then run again");
});

test("any other failure shows the last words of the tools, not the builder's", () => {
  const failure = explainImageBuild(TITLE, 1, [
    "Step 12/14 : RUN gcc",
    " ---> Running in 5c435f6dd24e",
    "cannot do this",
    "Removing intermediate container 5c435f6dd24e",
  ]);
  expect(failure.message).toBe("environment image bookworm: the build failed (exit 1):\ncannot do this");
});

test("a source that does not build is a wrong request, in the compiler's words", () => {
  const failure = explainProgramBuild(
    "x on glibc-2.36",
    65,
    ["main.c:1:1: error: unknown type name 'intt'"],
    C,
  );
  expect(failure).toMatchObject({
    kind: "request",
    message: "x on glibc-2.36: the program does not build:\nmain.c:1:1: error: unknown type name 'intt'",
  });
});

test("a patch that does not apply names file and hunk", () => {
  const failure = explainProgramBuild(
    "x",
    66,
    ["/repro/p.patch:", "patching file src/os/types.go", "Hunk #1 FAILED at 1."],
    C,
  );
  expect(failure).toMatchObject({
    kind: "request",
    message: expect.stringContaining("Hunk #1 FAILED at 1."),
  });
});

test("a command that is not in the image says how one's own program is run", () => {
  const failure = explainProgramBuild("x", 65, ["no nosuch here"], {
    language: "command",
    toolchain,
  });
  expect(failure).toMatchObject({
    message: "x: no nosuch here",
    remedy: expect.stringContaining("--prebuilt"),
  });
});

test("any other exit code is no fault of the sources", () => {
  expect(explainProgramBuild("x", 137, ["Killed"], C)).toMatchObject({
    kind: "infrastructure",
    message: "x: the build failed (exit 137):\nKilled",
  });
});

test.each([
  [
    "c",
    "cpp.c:1:10: fatal error: iostream: No such file or directory",
    "this is C++: give the file the ending .cc",
  ],
  ["c", "main.c:1:1: error: unknown type name 'class'", "this is C++"],
  ["c", "z.c:1:10: fatal error: zlib.h: No such file or directory", "add --package zlib1g-dev"],
  ["c++", "z.cc:1:10: fatal error: boost/x.hpp: No such file or directory", "add --package libboost-all-dev"],
  [
    "c",
    "x.c:1:10: fatal error: nosuch.h: No such file or directory",
    "name the package that has it (--package NAME)",
  ],
  ["c", "x.c:2:10: fatal error: 'zlib.h' file not found", "add --package zlib1g-dev"],
  ["c", "x.c:1:10: fatal error: libtally.h: No such file or directory", "name the package that has it"],
  [
    "go",
    "./host.c:2:10: fatal error: libtally.h: No such file or directory",
    "go build -buildmode=c-shared -o $OUTDIR/libtally.so .) && $CC -g -I$OUTDIR -o $OUT *.c -L$OUTDIR -ltally",
  ],
  ["c", "sh: 1: make: not found", "add --package make"],
  ["c", "recipe.sh: line 7: cmake: command not found", "add --package cmake"],
  [
    "c",
    'Can\'t exec "libtoolize": No such file or directory at /usr/bin/autoreconf line 1',
    "add --package libtool",
  ],
  ["c", "(.text+0x17): undefined reference to `main'", "needs a main"],
  ["go", "function main is undeclared in the main package", "needs a main"],
  ["c", "/usr/bin/ld: cannot find -lz: No such file or directory", "add --package zlib1g-dev"],
  ["c", "/usr/bin/ld: cannot find -lnosuch", "no static libnosuch in the image"],
  [
    "go",
    "/usr/bin/ld: cannot find -linkmode: No such file or directory",
    "leave it out where --build calls a C compiler",
  ],
  [
    "c",
    "/usr/bin/ld: cannot find /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.asan-x86_64.a: No such file or directory",
    "--package libclang-rt-dev",
  ],
  [
    "c",
    "undefined reference to `pthread_create'",
    "pthread_create is in a library that is not linked here: --ldflags=-pthread",
  ],
  [
    "prebuilt",
    "the program is dynamically linked and asks for the loader /lib/ld-linux.so.2, which this image does not have, and Debian's package libc6-i386 has",
    "add --package libc6-i386 (in a manifest",
  ],
  ["c", "undefined reference to `dlsym'", "dlsym is in a library that is not linked here: --ldflags=-ldl"],
  ["c", "undefined reference to `timer_create'", "--ldflags=-lrt"],
  ["c++", "undefined reference to `lround'", "--ldflags=-lm"],
  [
    "c++",
    "undefined reference to `Pool::each()'\nundefined reference to `pthread_create'",
    "--ldflags=-pthread",
  ],
  ["c", "undefined reference to `power_of'\nundefined reference to `parse'", "correct the source"],
  ["go", "main.go:2:8: missing go.sum entry for module providing package x.example/y", "run `go mod vendor`"],
  ["go", 'main.go:3:8: cannot find package "x.example/y" in any of:', "run `go mod vendor`"],
  ["go", "go: go.mod requires go >= 1.24 (running go 1.19.8)", "choose a newer one"],
  ["go", "note: module requires Go 1.24", "choose a newer one"],
  ["go", "main.go:2:8: package slices is not in GOROOT (/usr/lib/go-1.19/src/slices)", "choose a newer one"],
  ["go", "main.go:2:8: package iter is not in std (/usr/lib/go-1.22/src/iter)", "choose a newer one"],
  ["c", "gcc: error: unrecognized command-line option '-Wl'", "does not know that flag"],
  ["c", "main.c:1:1: error: expected ';'", "correct the source"],
] as const)("what to do about a %s program: %s", (language, said, remedy) => {
  expect(explainProgramBuild("x", 65, [said], { language, toolchain }).remedy).toContain(remedy);
});

test("a library of the distribution is for the image's own libc: a program of another cannot take it", () => {
  const musl = { libc: "musl", native: "glibc" } as const;
  const said = ["z.c:1:10: fatal error: zlib.h: No such file or directory"];
  const { remedy } = explainProgramBuild("x", 65, said, { language: "c", toolchain: musl });
  expect(remedy).toMatch(
    /^zlib\.h of zlib1g-dev is built for glibc in this image.*choose glibc-\* environments.*'alpine-\*:zlib-dev'$/,
  );
  const own = ["z.c:1:10: fatal error: mine.h: No such file or directory"];
  expect(explainProgramBuild("x", 65, own, { language: "c", toolchain: musl }).remedy).toContain(
    "no mine.h is there",
  );
  const alpine = { libc: "musl", native: "musl" } as const;
  expect(explainProgramBuild("x", 65, said, { language: "c", toolchain: alpine }).remedy).toContain(
    "--package zlib-dev",
  );
});

test("what a distribution has not is told with what it calls alike", () => {
  const bookworm = { id: "glibc-2.36", image: "bookworm" };
  const said = ["Get:1 x", "vivarium-missing package zlib-dev zlib1g-dev zlibc zlib-gst "];
  expect(explainAdditions(bookworm, "t", 64, said)).toMatchObject({
    kind: "request",
    message: "bookworm has no package 'zlib-dev'",
    remedy: "it has: zlib1g-dev, zlib-gst (--package 'glibc-2.36:NAME')",
  });
  expect(explainAdditions(bookworm, "t", 64, ["vivarium-missing locale xx_YY.UTF-8 "])).toMatchObject({
    message: "bookworm has no locale 'xx_YY.UTF-8'",
  });
  expect(explainAdditions(bookworm, "t", 100, ["E: Failed to fetch x"])).toMatchObject({
    kind: "infrastructure",
  });
});

test("why something cannot be built is told by the errors, and not by the command lines above them", () => {
  const what = "musl@c1 could not be built: the step 'make' failed (exit 2):";
  const command = `gcc ${"-I/opt/source/tree ".repeat(50)}`;
  const error = "src/dirent/posix_getdents.c:6:9: error: conflicting types for 'posix_getdents'";
  const end = "make: *** [Makefile:159: posix_getdents.lo] Error 1";
  expect(shortReason([what, command, error, command, end].join("\n"))).toBe(`${what}\n${error}`);
  expect(shortReason([what, command, "cc: not found", end].join("\n"))).toMatch(
    /^musl@c1 .*:\ngcc -I.{100,200}…\ncc: not found\nmake: \*\*\* .* Error 1$/,
  );
});
