import { mkdirSync, readFileSync, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Repository } from "../images/source/repository.js";
import { vivarium } from "../commands/command-line.js";
import { scratch } from "../scratch.js";

/** A piece of what was compiled comes without pauses. */
const WHOLE_MS = 1000;

/** A tree that calls itself musl; its `configure` compiles one file, once again with its dependencies and once without, and says how often the compiler's cache had it. */
function compiles(then: string): Repository {
  const repository = new Repository();
  repository.write("VERSION", "1.2.3\n");
  repository.write("once.c", `int made_by_${process.pid}_${Date.now()} = 1;\n`);
  repository.write(
    "configure",
    [
      "#!/bin/sh",
      'cd "$SRC"',
      'depends() { gcc -c -MD -MF "$OBJ/once.d" -o "$OBJ/once.o" once.c; }',
      'depends && depends && gcc -c -o "$OBJ/apart.o" once.c',
      "hits=$(ccache --show-stats | sed -n 's/^ *Hits: *\\([0-9]*\\).*/\\1/p' | head -n 1)",
      'echo "hits $hits"',
      then,
      "exit 9",
    ].join("\n"),
    0o755,
  );
  repository.commit("v1.2.3");
  return repository;
}

function words({ path }: Repository): string[] {
  const source = `musl=${path}`;
  return ["build", "musl-aligned-alloc", "--source", source, "--env", "musl@v1.2.3", "--progress", "none"];
}

function logIn(cwd: string): string {
  const [log = ""] = readdirSync(join(cwd, ".vivarium/builds"));
  return readFileSync(join(cwd, ".vivarium/builds", log), "utf8");
}

test("what a build compiled before it failed is there for the next one", async () => {
  const cwd = scratch("cache");
  const repository = compiles("");
  expect((await vivarium(words(repository), { cwd })).code).toBe(3);
  expect(logIn(cwd)).toContain("hits 1\n");
  expect((await vivarium(words(repository), { cwd })).code).toBe(3);
  expect(logIn(cwd)).toContain("hits 3\n");
  expect(readdirSync(join(cwd, ".vivarium/compiled"))).toEqual([]);
});

test("what an interrupted build compiled is there for the next one", async () => {
  const cwd = scratch("cache");
  const folder = join(cwd, ".vivarium/compiled");
  mkdirSync(folder, { recursive: true });
  const stop = new AbortController();
  let quiet: NodeJS.Timeout | undefined;
  const watcher = watch(folder, (_, name) => {
    if (name === null || !statSync(join(folder, name), { throwIfNoEntry: false })?.size) return;
    clearTimeout(quiet);
    quiet = setTimeout(() => stop.abort(), WHOLE_MS);
  });
  // On a busy machine the first piece may hold one of the two files; without any, the second build would sleep, too.
  const repository = compiles('[ "$hits" -ge 2 ] || sleep 600');
  const { code } = await vivarium(words(repository), { cwd, interrupt: stop.signal });
  watcher.close();
  expect(code).toBe(130);
  expect(readdirSync(folder)).toHaveLength(1);
  expect((await vivarium(words(repository), { cwd })).code).toBe(3);
  expect(logIn(cwd)).toMatch(/^hits [23]$/m);
  expect(readdirSync(folder)).toEqual([]);
});
