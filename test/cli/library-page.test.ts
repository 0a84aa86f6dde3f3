import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

/** docs/reference/library.md is run as it stands, example after example, in one folder with a program that crashes. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const page = await readFile(join(ROOT, "docs/reference/library.md"), "utf8");
const examples = [...page.matchAll(/^## (.+)\n|^```js\n([^]*?)^```/gm)].reduce<
  { title: string; code: string }[]
>((all, [, title, code]) => {
  if (title !== undefined) return [...all, { title, code: "" }];
  const last = all.at(-1) ?? { title: "", code: "" };
  return last.code === ""
    ? [...all.slice(0, -1), { ...last, code: code ?? "" }]
    : [...all, { title: `${last.title}, again`, code: code ?? "" }];
}, []);

/** What each prints. */
const PRINTS: Readonly<Record<string, RegExp>> = {
  "Reproduce a crash": /^glibc-2\.36 3 of 3 0\.\d+ 1\n.*\.vivarium\/campaigns\/\S+$/,
  "Reproduce a crash, again": /^request 2 no repro 'no-such-file\.c': there is no such file/,
  "Progress and interruption": /^false$/,
  "One engine for several campaigns":
    /^(Docker|Podman) \S+\nstatic \[ 'SIGSEGV in main' \]\ndynamic \[ 'SIGSEGV in main' \]$/,
  Reports: /^crash[^]*crashes with SIGSEGV[^]*<\?xml version="1\.0"/,
  Logs: /^lines 1 to 6: panic: runtime error: invalid memory address or nil pointer dereference in main\.main$/,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-library-page-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(ROOT, join(folder, "node_modules/vivarium"));
  await writeFile(
    join(folder, "crash.c"),
    "#include <stddef.h>\nint main(void) { volatile int *nowhere = NULL; return *nowhere; }\n",
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("every example of the page has its test", () => {
  expect(examples.map(({ title }) => title)).toEqual(Object.keys(PRINTS));
});

test.each(examples)("$title", async ({ title, code }) => {
  const file = join(folder, "example.mjs");
  await writeFile(file, code);
  const { stdout } = await execa(process.execPath, [file], { cwd: folder });
  expect(stdout).toMatch(PRINTS[title] as RegExp);
});
