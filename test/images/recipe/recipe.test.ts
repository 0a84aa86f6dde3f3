import { describe, expect, test } from "vitest";
import { librariesApart } from "../../../src/images/recipe/libraries-apart.js";
import { recipeFor } from "../../../src/images/recipe/recipe.js";
import type { Toolchain } from "../../../src/images/recipe/shape.js";
import type { BuildPlan } from "../../../src/plan/plan.js";
import { buildPlan } from "../../plan/parts.js";

const GO = { version: "1.19.8", root: "/usr/lib/go-1.19" };
const GLIBC: Toolchain = { libc: "glibc", native: "glibc", go: GO };
const MUSL: Toolchain = { libc: "musl", native: "glibc", go: GO };
const ALPINE: Toolchain = { libc: "musl", native: "musl", go: null };

const NONE = { goroot: [], sources: [] };

/** The commands of a build, for its own sources. */
function commands(change: Partial<BuildPlan>, toolchain = GLIBC): readonly string[] {
  const build = buildPlan(change);
  return recipeFor(build, build.sources, toolchain, NONE).commands;
}

describe("C and C++", () => {
  test.each<[string, Partial<BuildPlan>, Toolchain, string]>([
    ["static on glibc", {}, GLIBC, "gcc -g -o /opt/repro/program main.c -static"],
    ["dynamic on glibc", { link: "dynamic" }, GLIBC, "gcc -g -o /opt/repro/program main.c"],
    ["Debian's musl", {}, MUSL, "musl-gcc -g -o /opt/repro/program main.c -static"],
    ["clang on Debian's musl", { cc: "clang" }, MUSL, "musl-clang -g -o /opt/repro/program main.c -static"],
    ["musl that is the compiler's own", {}, ALPINE, "gcc -g -o /opt/repro/program main.c -static"],
    [
      "flags, headers left out, libraries last",
      { sources: ["a.c", "a.h", "b.S"], cflags: ["-O2", "-DX=a b"], ldflags: ["-lm"] },
      GLIBC,
      "gcc -g -O2 '-DX=a b' -o /opt/repro/program a.c b.S -static -lm",
    ],
    [
      "C++ with a C file",
      { language: "c++", sources: ["a.cc", "b.c"], link: "dynamic" },
      GLIBC,
      "g++ -g -o /opt/repro/program a.cc b.c",
    ],
    [
      "sanitizers",
      { sanitize: ["address", "undefined"], link: "dynamic", cc: "clang" },
      GLIBC,
      "clang -g -fsanitize=address,undefined -fno-omit-frame-pointer -o /opt/repro/program main.c",
    ],
    [
      "a command of its own",
      { command: "$CC $CFLAGS main.c $LDFLAGS -o $OUT", cflags: ["-O1"] },
      MUSL,
      "CC=musl-gcc CXX=/opt/build/no-c++ CFLAGS='-g -O1' CXXFLAGS='-g -O1' LDFLAGS=-static " +
        "OUT=/opt/repro/program OUTDIR=/opt/repro sh -c '$CC $CFLAGS main.c $LDFLAGS -o $OUT'",
    ],
  ])("%s", (_what, change, toolchain, command) => {
    expect(commands(change, toolchain)).toEqual([command]);
  });

  test.each<[string, Partial<BuildPlan>, string]>([
    [
      "Rust from its main file, as its compiler links",
      { language: "rust", sources: ["lib.rs", "main.rs"], link: "dynamic", cflags: ["-O"] },
      `rustc $CFLAGS \${LDFLAGS:+-C "link-args=$LDFLAGS"} -o "$OUT" main.rs`,
    ],
    ["a static Rust program", { language: "rust", sources: ["a.rs"] }, "-C target-feature=+crt-static"],
    [
      "Fortran from all of its files",
      { language: "fortran", sources: ["m.f90", "it is.f90", "n.inc"], link: "dynamic" },
      `gfortran -J /tmp $CFLAGS -o "$OUT" m.f90 '\\''it is.f90'\\'' $LDFLAGS`,
    ],
    ["NASM by the libc's own linker", { language: "nasm", sources: ["a.asm"] }, "nasm -f elf64 -g -F dwarf"],
    [
      "a command in place of the table's",
      { language: "d", sources: ["a.d"], command: "gdc -o $OUT a.d" },
      "sh -c 'gdc -o $OUT a.d'",
    ],
  ])("by a package's compiler: %s", (_what, change, command) => {
    expect(commands(change)[0]).toContain(command);
  });

  test("a compiler of a package says where none of the sources is its language's", () => {
    expect(() => commands({ language: "ada", sources: ["a.ads"] })).toThrow(
      "none of the sources is an Ada file (.adb): a.ads",
    );
  });

  test.each<[string, Partial<BuildPlan>, Toolchain, string]>([
    ["C++ on Debian's musl", { language: "c++" }, MUSL, "no C++ on this musl"],
    ["a sanitizer on musl", { sanitize: ["address"], link: "dynamic" }, MUSL, "no address sanitizer on musl"],
    [
      "a sanitizer in a static program",
      { sanitize: ["address"] },
      GLIBC,
      "the address sanitizer does not work in a static program",
    ],
    ["no source to compile", { sources: ["a.h"] }, GLIBC, "none of the sources is a C file: a.h"],
  ])("%s is refused", (_what, change, toolchain, message) => {
    expect(() => commands(change, toolchain)).toThrow(message);
  });

  test("patches are for Go", () => {
    const patches = [{ path: "p.patch", files: ["src/x.go"] }];
    expect(() => recipeFor(buildPlan(), ["main.c"], GLIBC, { goroot: patches, sources: [] })).toThrow(
      "patches change the Go tree",
    );
  });
});

describe("libraries that glibc had apart before 2.34", () => {
  const built = (
    change: Partial<BuildPlan>,
    uses: readonly string[],
    toolchain = GLIBC,
  ): ReturnType<typeof recipeFor> => {
    const build = buildPlan(change);
    return recipeFor(build, build.sources, toolchain, NONE, uses);
  };

  test("are linked where the image has them apart", () => {
    const { script, commands: plain, commandsOtherwise } = built({}, ["-pthread", "-ldl"]);
    expect(script).toContain("if libraries_apart gcc; then\necho vivarium-otherwise\nstep gcc");
    expect(plain).toEqual(["gcc -g -o /opt/repro/program main.c -static"]);
    expect(commandsOtherwise).toEqual(["gcc -g -o /opt/repro/program main.c -static -pthread -ldl"]);
  });

  test.each<[string, Partial<BuildPlan>, Toolchain]>([
    ["on musl, which never had them", {}, MUSL],
    ["that the variant names", { ldflags: ["-lpthread"] }, GLIBC],
    ["of a command, which is its author's", { command: "make" }, GLIBC],
  ])("are left alone %s", (_what, change, toolchain) => {
    expect(built(change, ["-pthread"], toolchain).commandsOtherwise).toBeUndefined();
  });

  test.each([
    ["#include <pthread.h>", "a.c", ["-pthread"]],
    ["# include <thread>", "a.hpp", ["-pthread"]],
    ["extern int pthread_create();\nint main(void) { return pthread_create (0); }", "a.c", ["-pthread"]],
    [
      "void *p = dlopen(0, 1); timer_create(0, 0, 0); forkpty(0, 0, 0, 0);",
      "a.cc",
      ["-ldl", "-lrt", "-lutil", "-pthread"],
    ],
    ["#include <stdio.h>", "a.c", []],
    ["#include <pthread.h>", "README", []],
  ])("are found in %j", (text, path, flags) => {
    expect(librariesApart({ [path]: { content: Buffer.from(text) } })).toEqual(flags);
  });
});

test("a patch of the program's own sources is applied before anything is built, and stands among the commands", () => {
  const patches = { goroot: [], sources: [{ path: "from-flags/0-fix.diff", strip: 2, files: ["main.c"] }] };
  const { script, commands: lines } = recipeFor(buildPlan(), ["main.c"], GLIBC, patches);
  expect(script).toMatch(/\nchange_sources \/repro\/from-flags\/0-fix.diff 2\ncd \/repro\nstep gcc /);
  expect(lines[0]).toBe("patch -p2 -F0 -i from-flags/0-fix.diff");
});

describe("Go", () => {
  const go = (change: Partial<BuildPlan> = {}): Partial<BuildPlan> => ({
    language: "go",
    sources: ["main.go"],
    ...change,
  });

  test.each<[string, Partial<BuildPlan>, Toolchain, string]>([
    [
      "static on glibc",
      go(),
      GLIBC,
      `CC=gcc CGO_ENABLED=1 go build -ldflags '-linkmode external -extldflags "-static"' -o /opt/repro/program main.go`,
    ],
    [
      "static on musl",
      go(),
      MUSL,
      `CC=musl-gcc CGO_ENABLED=1 go build -ldflags '-linkmode external -extldflags "-static"' -o /opt/repro/program main.go`,
    ],
    [
      "dynamic: the C compiler links, because it knows the loader",
      go({ link: "dynamic" }),
      MUSL,
      "CC=musl-gcc CGO_ENABLED=1 go build -ldflags '-linkmode external' -o /opt/repro/program main.go",
    ],
    ["without cgo", go({ cgo: false }), GLIBC, "CGO_ENABLED=0 go build -o /opt/repro/program main.go"],
    [
      "a test binary",
      go({ test: true, sources: ["a_test.go", "cgo.go"], link: "dynamic", goflags: ["-race"] }),
      GLIBC,
      "CC=gcc CGO_ENABLED=1 go test -c -race -o /opt/repro/program a_test.go cgo.go",
    ],
    [
      "a module: flags for all packages, else older ones leave runtime/cgo out",
      go({ sources: ["main.go", "go.mod"] }),
      GLIBC,
      `CC=gcc CGO_ENABLED=1 go build -ldflags 'all=-linkmode external -extldflags "-static"' -o /opt/repro/program .`,
    ],
    [
      "a module with what it vendors",
      go({ sources: ["app/main.go", "app/go.mod", "app/vendor/modules.txt"], cgo: false }),
      GLIBC,
      "CGO_ENABLED=0 go build -mod=vendor -o /opt/repro/program .",
    ],
  ])("%s", (_what, change, toolchain, command) => {
    expect(commands(change, toolchain)).toEqual([command]);
  });

  test("a program that turns out to have no C in it is built as go builds it", () => {
    const build = buildPlan(go({ goflags: ["-tags=x"] }));
    const { script, commandsOtherwise } = recipeFor(build, build.sources, GLIBC, NONE);
    expect(script).toContain(
      [
        "if all_go -tags=x main.go; then",
        "echo vivarium-otherwise",
        "step go build -tags=x -o /opt/repro/program main.go",
        "else",
        `step go build -ldflags '-linkmode external -extldflags "-static"' -tags=x -o /opt/repro/program main.go`,
        "fi",
      ].join("\n"),
    );
    expect(commandsOtherwise).toEqual([
      "CC=gcc CGO_ENABLED=1 go build -tags=x -o /opt/repro/program main.go",
    ]);
  });

  test("a module is built in its folder", () => {
    const build = buildPlan(go({ sources: ["app/main.go", "app/go.mod"] }));
    expect(recipeFor(build, build.sources, GLIBC, NONE).script).toContain("\ncd /repro/app\n");
  });

  test("C beside Go files makes them a package, which needs a module", () => {
    const build = buildPlan(go({ sources: ["main.go", "lib.c", "lib.h"] }));
    const { script, commands: lines } = recipeFor(build, build.sources, GLIBC, NONE);
    expect(script).toContain("printf 'module repro\\n\\ngo 1.19\\n' > /repro/go.mod");
    expect(lines[0]).toMatch(/ \.$/);
  });

  test("patches change a private tree, and stand among the commands", () => {
    const build = buildPlan(go({ patches: ["p/a.patch", "p/b.patch"] }));
    const patches = [
      { path: "p/a.patch", files: ["src/os/user/lookup.go"] },
      { path: "p/b.patch", files: ["src/net/fd_unix.go", "src/os/user/lookup.go"] },
    ];
    const { script, commands: lines } = recipeFor(build, build.sources, GLIBC, {
      goroot: patches,
      sources: [],
    });
    expect(script).toContain("private_goroot /usr/lib/go-1.19 src/os/user/lookup.go src/net/fd_unix.go\n");
    expect(script).toContain("apply /repro/p/a.patch\napply /repro/p/b.patch\n");
    expect(lines.slice(0, 2)).toEqual(["patch -p1 -F0 -i p/a.patch", "patch -p1 -F0 -i p/b.patch"]);
  });

  test("an environment without Go says how to choose one", () => {
    expect(() => commands(go(), ALPINE)).toThrow("this environment has no Go");
  });

  test("a sanitizer names Go's own flag", () => {
    expect(() => commands(go({ sanitize: ["thread"] }))).toThrow("'sanitize' is for C and C++");
  });
});

describe("a command of the image", () => {
  test("is searched on the PATH of attempts, and its place is told", () => {
    const { script, commands } = recipeFor(
      buildPlan({ language: "command", sources: [], program: "getent" }),
      [],
      GLIBC,
      NONE,
    );
    expect(commands).toEqual([]);
    expect(script).toContain(
      "for each in /usr/local/sbin/getent /usr/local/bin/getent /usr/sbin/getent /usr/bin/getent ",
    );
    expect(script).toContain('echo "vivarium-found $program"');
  });

  test("an absolute path is taken as it is", () => {
    const { script } = recipeFor(
      buildPlan({ language: "command", sources: [], program: "/opt/it's" }),
      [],
      GLIBC,
      NONE,
    );
    expect(script).toContain("for each in '/opt/it'\\''s'; do");
  });
});

describe("prebuilt", () => {
  test("is checked against the image and copied", () => {
    const build = buildPlan({ language: "prebuilt", sources: ["a.out"] });
    expect(recipeFor(build, ["a.out"], GLIBC, NONE).script).toBe(
      [
        "#!/bin/sh",
        ". /opt/build/compile.sh",
        "suits /repro/a.out",
        "cd /repro",
        "step cp /repro/a.out /opt/repro/program",
        "",
      ].join("\n"),
    );
  });

  test("has one source", () => {
    expect(() => commands({ language: "prebuilt", sources: ["a", "b"] })).toThrow("exactly one source");
  });
});
