import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { SearchResult } from "../../src/result/search/search-result.js";
import { vivarium } from "../commands/command-line.js";
import { scratch } from "../scratch.js";

const CHANGED = "src/malloc/mallocng/aligned_alloc.c";
/** The fix of upstream. */
const CHECK = /\tif \(!p\)\n\t\treturn 0;\n/;
const WHERE = ["--source", "musl=deb:bookworm"];
const QUIET = ["--progress", "none"];

const cwd = scratch("fix");
/** Debian's musl 1.2.3: there aligned_alloc looks at what malloc returns. */
let checked: string;
/** The same file as it was before that. */
let unchecked: string;

/** Fetches and builds musl; then a commit of it takes the fix of aligned_alloc out again. */
beforeAll(async () => {
  const words = ["build", "musl-aligned-alloc", ...WHERE, "--env", "musl@bookworm", ...QUIET];
  expect(await vivarium(words, { cwd })).toMatchObject({ code: 0, stderr: "" });
  checked = git([], "show", `bookworm:${CHANGED}`);
  unchecked = checked.replace(CHECK, "");
  expect(unchecked).not.toBe(checked);
  writeFileSync(join(cwd, "unchecked.c"), `${unchecked}\n`);
  const blob = git([], "hash-object", "-w", join(cwd, "unchecked.c"));
  git([], "read-tree", "bookworm");
  git([], "update-index", "--cacheinfo", `100644,${blob},${CHANGED}`);
  const commit = git(
    ["user.name=Test", "user.email=test@example.org"],
    "commit-tree",
    "-m",
    "x",
    git([], "write-tree"),
  );
  git([], "branch", "unchecked", commit);
});

function git(settings: readonly string[], ...words: string[]): string {
  const repository = join(cwd, ".vivarium/sources/musl.git");
  const given = settings.flatMap((setting) => ["-c", setting]);
  return execFileSync("git", ["-C", repository, ...given, ...words], {
    encoding: "utf8",
    env: { ...process.env, GIT_INDEX_FILE: join(cwd, "index") },
  }).trimEnd();
}

/** A patch over the file without the check, as git makes one. */
function patch(name: string, after: string): string {
  for (const [side, text] of [
    ["a", unchecked],
    ["b", after],
  ] as const) {
    mkdirSync(dirname(join(cwd, name, side, CHANGED)), { recursive: true });
    writeFileSync(join(cwd, name, side, CHANGED), `${text}\n`);
  }
  // It exits with 1 where the sides differ.
  const made = `diff -u a/${CHANGED} b/${CHANGED} > ../${name}.diff || [ $? = 1 ]`;
  execFileSync("sh", ["-c", made], { cwd: join(cwd, name) });
  return `${name}.diff`;
}

async function fix(name: string, after: string): Promise<{ code: number; details: SearchResult["details"] }> {
  const over = ["--env", "musl@unchecked", "--patch", patch(name, after), "--cap", "60"];
  const words = ["fix", "musl-aligned-alloc", ...WHERE, ...over];
  const { code, stdout, stderr } = await vivarium([...words, "--json", ...QUIET], { cwd });
  expect(stderr).not.toMatch(/could not/);
  return { code, details: SearchResult.parse(JSON.parse(stdout)).details };
}

test("the very fix of musl, as a patch over it, is said to fix it; a bundle with the sources verifies without them", async () => {
  const { code, details } = await fix("checked", checked);
  expect(details).toMatchObject({ kind: "fix", verdict: "fixed", with: { counted: 0 } });
  expect(code).toBe(0);
  const out = join(cwd, "fix.tar.gz");
  const bundled = await vivarium(["bundle", "latest", "--with-source", "--out", out], { cwd });
  expect(bundled).toMatchObject({ code: 0 });
  const elsewhere = scratch("fix-verify");
  const verified = await vivarium(["verify", out, ...QUIET], { cwd: elsewhere });
  expect(verified.stdout).toContain("verified: every claim that decides holds");
  expect(verified.code).toBe(0);
});

test("a patch of a comment makes no difference", async () => {
  const { code, details } = await fix("comment", `${unchecked}\n/* malloc may fail */`);
  expect(details).toMatchObject({ kind: "fix", verdict: "no-difference" });
  expect(code).toBe(1);
});

test("a patch that trades the crash for an abort is told as another crash", async () => {
  const { code, details } = await fix("traded", checked.replace(CHECK, "\tif (!p) __builtin_trap();\n"));
  expect(details).toMatchObject({
    kind: "fix",
    verdict: "another-crash",
    newCrash: expect.stringContaining("aligned_alloc") as string,
  });
  expect(code).toBe(1);
});

test("what ran on a source package is verified elsewhere, where the package is fetched anew", async () => {
  const words = ["run", "musl-aligned-alloc", ...WHERE, "--env", "musl@bookworm", "--runs", "20", ...QUIET];
  expect(await vivarium(words, { cwd })).toMatchObject({ code: 0 });
  const out = join(cwd, "package.tar.gz");
  expect(await vivarium(["bundle", "latest", "--out", out], { cwd })).toMatchObject({ code: 0 });
  const elsewhere = scratch("package-verify");
  const verified = await vivarium(["verify", out, ...WHERE, ...QUIET], { cwd: elsewhere });
  expect(verified.stdout).toContain("verified");
  expect(verified.code).toBe(0);
});
