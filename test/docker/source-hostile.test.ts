import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Repository } from "../images/source/repository.js";
import { Result } from "../../src/result/result.js";
import { vivarium } from "../commands/command-line.js";
import { scratch } from "../scratch.js";

/** Of this machine and not of the container: what a hostile tree looks for. */
const SECRET = `vivarium-test-${process.pid}-${Date.now()}`;

/** A tree that calls itself musl; its `configure` looks around, and then fails, so that what it saw is told. */
function hostile(script: string): Repository {
  const repository = new Repository();
  repository.write("VERSION", "1.2.3\n");
  repository.write("configure", `#!/bin/sh\n${script}\nexit 9\n`, 0o755);
  repository.write("ver\nsion", "a name with a newline\n");
  repository.commit("v1.2.3");
  return repository;
}

async function builds(
  { path }: Repository,
  cwd: string,
): Promise<{ code: number; stderr: string; log: string }> {
  const words = [
    "build",
    "musl-aligned-alloc",
    "--source",
    `musl=${path}`,
    "--env",
    "musl@v1.2.3",
    "--progress",
    "none",
  ];
  const { code, stderr } = await vivarium(words, {
    cwd,
    env: { ...process.env, SECRET } as Record<string, string>,
  });
  const folder = join(cwd, ".vivarium/builds");
  const [log] = existsSync(folder) ? readdirSync(folder) : [];
  return { code, stderr, log: log === undefined ? "" : readFileSync(join(folder, log), "utf8") };
}

test("a hostile tree finds no host, no network and no power, and its failure is told with step, words and log", async () => {
  const cwd = scratch("hostile");
  const { code, stderr, log } = await builds(
    hostile(
      [
        'echo "user $(id -u)"',
        "grep -E '^Cap(Eff|Bnd)|^NoNewPrivs|^Seccomp:' /proc/self/status",
        'echo "interfaces: $(ls /sys/class/net | tr "\\n" " ")"',
        `env | grep -q ${SECRET} && echo 'the environment leaked'`,
        `[ ! -e '${cwd}' ] || echo 'the host is mounted'`,
        "[ ! -e /var/run/docker.sock ] || echo 'the engine is mounted'",
        "touch /usr/lib/evil 2> /dev/null && echo 'the root can be written'",
        "touch /var/cache/vivarium/evil 2> /dev/null && echo 'the cache can be written'",
        "mknod /tmp/device b 8 0 2> /dev/null && echo 'a device was made'",
        'ls "$SRC" > /dev/null && [ -f "$SRC/ver\nsion" ] && echo "odd names are kept"',
        "echo looked",
      ].join("\n"),
    ),
    cwd,
  );
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /musl@v1.2.3 could not be built: the step 'configure' failed \(exit 9\)[^]*looked[^]*the whole log: /,
  );
  expect(log).toContain("user 65534\n");
  expect(log).toMatch(/CapEff:\s+0+\nCapBnd:\s+0+\nNoNewPrivs:\s+1\nSeccomp:\s+2\n/);
  expect(log).toContain("interfaces: lo \n");
  expect(log).toContain("odd names are kept\nlooked\n");
  expect(log).not.toMatch(/leaked|mounted|can be written|was made/);
});

test.each([
  ["fills the disk", "cat /dev/zero > $OBJ/big", /it wrote more than the 512MiB that its recipe allows/],
  [
    "forks without end",
    "f() { sleep 60 & f; }; f",
    /it started more than the 256 processes that its recipe allows|the step 'configure' failed/,
  ],
  [
    "leaves a pipe in its prefix",
    'mkfifo "$PREFIX/pipe"; printf "all:\\ninstall:\\n" > $OBJ/Makefile; exit 0',
    /'musl\/pipe', a fifo/,
  ],
])("a tree that %s is ended or refused", async (_what, script, message) => {
  const { code, stderr } = await builds(hostile(script), scratch("hostile"));
  expect(stderr).toMatch(message);
  expect(code).toBe(3);
});

test("a libc that could not be built is no verdict on it: the other environment is measured, and the result is whole", async () => {
  const cwd = scratch("unbuilt");
  const { path } = hostile("echo 'no such compiler'");
  const words = ["run", "musl-aligned-alloc", "--source", `musl=${path}`, "--env", "musl-1.2.2,musl@v1.2.3"];
  const { code, stdout, stderr } = await vivarium([...words, "--runs", "3", "--progress", "none", "--json"], {
    cwd,
  });
  expect(stderr).toContain("musl@v1.2.3 could not be built");
  expect(code).toBe(3);
  const result = Result.parse(JSON.parse(stdout));
  expect(result.environments.map(({ id, attempts, outcomes }) => ({ id, attempts, ...outcomes }))).toEqual([
    { id: "musl-1.2.2", attempts: 3, crash: 3, exit: 0, timeout: 0, clean: 0 },
    { id: "musl@v1.2.3", attempts: 0, crash: 0, exit: 0, timeout: 0, clean: 0 },
  ]);
  expect(result.environments[1]).toMatchObject({ binary: null, infra: 1, sources: [{ ref: "v1.2.3" }] });
});
