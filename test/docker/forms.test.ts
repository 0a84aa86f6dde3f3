import { describe, expect, test } from "vitest";
import type { EnvironmentRecord, Result } from "../../src/result/result.js";
import { folderOf, vivarium, type Where } from "../commands/command-line.js";
import { openEngine } from "./engines.js";
import { provideOne, reproFolder } from "./images-fixture.js";

/** Every form in which a crash may be handed to `vivarium run`: two attempts in one environment, gdb left out. */
const CHEAP = ["--runs", "2", "--captures", "0", "--progress", "none", "--json"];
const IN_GLIBC = ["--env", "glibc-2.36"];

async function run(argv: readonly string[], where: Where): Promise<{ result: Result; code: number }> {
  const [before, after] = split(argv);
  const { code, stdout, stderr } = await vivarium(["run", ...before, ...CHEAP, ...after], where);
  if (stdout === "") throw new Error(`exit ${code}: ${stderr}`);
  return { result: JSON.parse(stdout) as Result, code };
}

function split(argv: readonly string[]): [readonly string[], readonly string[]] {
  const at = argv.indexOf("--");
  return at < 0 ? [argv, []] : [argv.slice(0, at), argv.slice(at)];
}

/** How the two attempts ended in glibc-2.36: `crash SIGSEGV`, `exit 3`, `timeout`, `clean`. */
async function ends(argv: readonly string[], files: Record<string, string | Buffer>): Promise<string> {
  const { result } = await run([...IN_GLIBC, ...argv], { cwd: await folderOf(files) });
  return endOf(result.environments[0] as EnvironmentRecord);
}

function endOf({ attempts, outcomes, signatures }: EnvironmentRecord): string {
  expect(attempts).toBe(2);
  const [outcome] = Object.entries(outcomes).find(([, count]) => count === 2) ?? ["mixed"];
  const [only] = signatures;
  const how = only?.signal ?? (outcome === "exit" ? only?.exitCode : null) ?? null;
  return how === null ? outcome : `${outcome} ${how}`;
}

const CRASH_C = `int main(void) { *(volatile int *)0 = 1; return 0; }\n`;
const HELLO_GO = `package main\nimport "os"\nfunc main() { os.Exit(len(os.Args) + 2) }\n`;
/** Exits with what its one argument, its variable or its input is compared with. */
const ARGUMENTS_C = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
int main(int count, char **words) {
  const char *what = words[1];
  char line[64] = "";
  if (!strcmp(what, "count")) return count;
  if (!strcmp(what, "variable")) return atoi(getenv("NUMBER"));
  if (!strcmp(what, "user")) return getuid() - 1000;
  if (!strcmp(what, "hang")) return pause();
  if (!strcmp(what, "input")) return fgets(line, sizeof line, stdin) ? atoi(line) : 99;
  if (!strcmp(what, "file")) {
    FILE *file = fopen("/etc/number", "r");
    return file && fgets(line, sizeof line, file) ? atoi(line) : 98;
  }
  if (!strcmp(what, "stack")) {
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    return limit.rlim_cur / (1024 * 1024);
  }
  return 97;
}
`;

describe("sources", () => {
  test("a C file, on two libcs, is compared with one command", async () => {
    const { result, code } = await run(["crash.c"], { cwd: await folderOf({ "crash.c": CRASH_C }) });
    expect(code).toBe(0);
    expect(result.environments.map((each) => [each.id, endOf(each)])).toEqual([
      ["glibc-2.36", "crash SIGSEGV"],
      ["musl-1.2.3", "crash SIGSEGV"],
    ]);
    expect(result.comparisons).toHaveLength(1);
  });

  test("a Go file", async () => {
    expect(await ends(["main.go"], { "main.go": HELLO_GO })).toBe("exit 3");
  });

  test("a Go file without cgo", async () => {
    const cwd = await folderOf({ "main.go": HELLO_GO });
    const { result } = await run(["main.go", "--no-cgo", ...IN_GLIBC], { cwd });
    expect(result.environments[0]?.binary?.commands[0]).toMatch(/^CGO_ENABLED=0 go build/);
    expect(endOf(result.environments[0] as EnvironmentRecord)).toBe("exit 3");
  });

  test("Go that calls C", async () => {
    const go = `package main\n// int three(void) { return 3; }\nimport "C"\nimport "os"\nfunc main() { os.Exit(int(C.three())) }\n`;
    expect(await ends(["main.go"], { "main.go": go })).toBe("exit 3");
  });

  test("a Go module with a package of its own and a vendored one", async () => {
    const main = `package main\nimport (\n"os"\n"example.org/four"\n"example.org/own/three"\n)\nfunc main() { os.Exit(three.N + four.N) }\n`;
    const files = {
      "go.mod": "module example.org/own\n\ngo 1.19\n\nrequire example.org/four v1.0.0\n",
      "main.go": main,
      "three/three.go": "package three\nconst N = 3\n",
      "vendor/modules.txt": "# example.org/four v1.0.0\n## explicit; go 1.19\nexample.org/four\n",
      "vendor/example.org/four/four.go": "package four\nconst N = 4\n",
    };
    expect(await ends(["."], files)).toBe("exit 7");
  });

  test("a folder of C sources", async () => {
    const files = {
      "p/a.c": '#include "b.h"\nint main(void) { return b(); }\n',
      "p/b.c": '#include "b.h"\nint b(void) { return 5; }\n',
      "p/b.h": "int b(void);\n",
    };
    expect(await ends(["./p"], files)).toBe("exit 5");
  });

  test("C++", async () => {
    const cc = `#include <stdexcept>\nint main() { throw std::runtime_error("lost"); }\n`;
    expect(await ends(["crash.cpp"], { "crash.cpp": cc })).toBe("crash SIGABRT");
  });
});

describe("how it is built", () => {
  test("linked dynamically, with flags of one's own", async () => {
    const c = "int main(void) { return NUMBER; }\n";
    const cwd = await folderOf({ "main.c": c });
    const argv = ["main.c", "--link", "dynamic", "--cflags=-O2 -DNUMBER=9", ...IN_GLIBC];
    const { result } = await run(argv, { cwd });
    const [environment] = result.environments as [EnvironmentRecord];
    expect(endOf(environment)).toBe("exit 9");
    expect(environment.binary?.commands).toEqual(["gcc -g -O2 -DNUMBER=9 -o /opt/repro/program main.c"]);
  });

  test("with clang", async () => {
    const c = "int main(void) {\n#ifdef __clang__\nreturn 6;\n#endif\nreturn 0; }\n";
    expect(await ends(["main.c", "--cc", "clang"], { "main.c": c })).toBe("exit 6");
  });

  test("with a sanitizer, which links it dynamically", async () => {
    const c = `#include <stdlib.h>\nint main(void) { char *p = malloc(1); free(p); return *p == 7; }\n`;
    const argv = ["main.c", "--sanitize", "address", "--expect", "exit=1,output=heap-use-after-free"];
    const cwd = await folderOf({ "main.c": c });
    const { result, code } = await run([...argv, ...IN_GLIBC], { cwd });
    expect(endOf(result.environments[0] as EnvironmentRecord)).toBe("exit 1");
    expect(result.environments[0]?.expectation?.met).toBe(true);
    expect(code).toBe(0);
  });
});

describe("how it is run", () => {
  test.each<[string, string[], string]>([
    ["arguments", ["--arg", "count", "--arg", "two"], "exit 3"],
    ["arguments after --", ["--", "count", "--json", "3"], "exit 4"],
    ["a variable", ["--arg", "variable", "--env-var", "NUMBER=11"], "exit 11"],
    ["a user", ["--arg", "user", "--user", "1007:1007"], "exit 7"],
    ["a time limit", ["--arg", "hang", "--timeout", "300ms"], "timeout"],
    ["a stack limit", ["--arg", "stack", "--stack", "13MiB"], "exit 13"],
    ["a file laid over the root", ["--arg", "file", "--file", "number.txt:/etc/number"], "exit 21"],
    ["a file on standard input", ["--arg", "input", "--stdin", "number.txt"], "exit 21"],
  ])("%s", async (_what, argv, end) => {
    const files = { "main.c": ARGUMENTS_C, "number.txt": "21\n" };
    expect(await ends(["main.c", ...argv], files)).toBe(end);
  });

  test("a manifest's own input", async () => {
    const manifest =
      "name: in\ntitle: in\nlanguage: c\nsources: [main.c]\nrun: {args: [input], stdin: in/n.txt}\n";
    const files = { "main.c": ARGUMENTS_C, "in/n.txt": "8\n", "repro.yaml": manifest };
    expect(await ends(["."], files)).toBe("exit 8");
  });
});

describe("programs that are there already", () => {
  test("a static one", async () => {
    const program = await compiled({ link: "static" });
    expect(await ends(["./a.out", "--prebuilt"], { "a.out": program })).toBe("crash SIGSEGV");
  });

  test("a dynamic one runs where its loader is, and elsewhere is told why not", async () => {
    const cwd = await folderOf({ "a.out": await compiled({ link: "dynamic" }) });
    const { result } = await run(["./a.out", "--prebuilt"], { cwd });
    expect(result.environments.map((each) => [each.id, endOf(each)])).toEqual([
      ["glibc-2.36", "crash SIGSEGV"],
    ]);
    const { code, stderr } = await vivarium(["run", "a.out", "--prebuilt", "--env", "musl-1.2.3"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^vivarium: a\.out: dynamically linked: it asks for the loader \/lib64\/ld-linux-x86-64\.so\.2 of glibc 2\.\d+ or newer; musl-1\.2\.3 is not that\n {2}it runs on: --env glibc-2\.\d+/,
    );
  });

  test("a command of the image", async () => {
    const cwd = await folderOf();
    const { result } = await run(["--", "getent", "passwd", "nobody-of-this-name"], { cwd });
    expect(endOf(result.environments[0] as EnvironmentRecord)).toBe("exit 2");
    expect(result.plan.repro).toMatchObject({ name: "getent", title: "getent passwd nobody-of-this-name" });
    expect(result.environments[0]?.binary?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a command dies where it lies, under its own name", async () => {
    const { result } = await run(["--", "sh", "-c", "kill -SEGV $$"], { cwd: await folderOf() });
    expect(endOf(result.environments[0] as EnvironmentRecord)).toBe("crash SIGSEGV");
  });

  test("a command that the image does not have", async () => {
    const { code, stderr } = await vivarium(["run", "--progress", "none", "--", "no-such-program"], {
      cwd: await folderOf(),
    });
    expect(code).toBe(2);
    expect(stderr).toContain("there is no program 'no-such-program' in this image");
    expect(stderr).toContain("vivarium run ./PROGRAM --prebuilt");
  });
});

/** The crash, compiled in an environment's image. */
async function compiled({ link }: { link: "static" | "dynamic" }): Promise<Buffer> {
  const engine = await openEngine();
  const binary = await provideOne(engine, await reproFolder({ "crash.c": CRASH_C }), { build: { link } });
  return engine.readFile(binary.image, binary.program);
}
