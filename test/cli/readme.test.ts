import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadVerbs } from "../../src/cli/verbs.js";

const verbs = await loadVerbs();

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const readme = readFileSync(path("README.md"), "utf8");

/** The command lines of README's "Use", as a shell splits them, without their comments. */
const commands = [...readme.matchAll(/^ {4}vivarium (.*?)(?: +#.*)?$/gm)].map(([, line]) =>
  (line as string).trim(),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-readme-"));
  await writeFile(join(folder, "crash.c"), "#include <stdlib.h>\nint main(void) { abort(); }\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const vivarium = (line: string) =>
  execa("sh", ["-c", `node "$CLI" ${line}`], {
    cwd: folder,
    env: { CLI: path("dist/cli.js"), CI: "true" },
    reject: false,
  });

describe("README", () => {
  test("shows the commands that this test runs", () => {
    expect(commands.length).toBeGreaterThan(8);
  });

  test(
    "runs the main job, and what it says of the campaign's report, bundle and log after it",
    { timeout: 900_000 },
    async () => {
      const main = commands[0] as string;
      expect(main).toBe("run golang-13470");
      const { exitCode, stdout } = await vivarium(main);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("SIGSEGV in internal_getpwuid_r");
      expect(stdout).toMatch(/musl-1\.2\.3 +25 +0 /);
      await writeFile(
        join(folder, "ci.log"),
        "panic: oh\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/main.go:3 +0x1d\nexit status 2\n",
      );
      const after = commands.filter((line) => /^(report|bundle|verify|parse) /.test(line));
      expect(after.map((line) => line.split(" ")[0])).toEqual(["report", "bundle", "verify", "parse"]);
      for (const line of after) {
        const { exitCode: code, stderr } = await vivarium(line);
        expect(`${line}: exit ${code} ${code === 0 ? "" : stderr}`).toBe(`${line}: exit 0 `);
      }
    },
  );

  // What takes nine suites' images, or a terminal, is planned: every default filled in, nothing built.
  test.each(
    commands.filter((line) => /^(run|debug) /.test(line)).map((line) => line.replace(/^(run|debug) /, "")),
  )("plans `%s`", async (rest) => {
    const { exitCode, stderr, stdout } = await vivarium(`plan ${rest}`);
    expect(`${exitCode} ${stderr}`).toBe("0 ");
    expect(stdout).toContain("environments:");
  });

  test("names every verb", () => {
    for (const { usage } of verbs) expect(readme).toContain(`vivarium ${usage.split(" ")[0]}`);
  });
});

test("every example of --help is a command line that is understood", { timeout: 600_000 }, async () => {
  for (const { examples } of verbs) {
    for (const [line] of examples) {
      if (!/^(run|build) /.test(line) || /--resume|--prebuilt|-- /.test(line)) continue;
      const { exitCode, stderr } = await vivarium(
        `plan ${line.replace(/^(run|build) /, "").replace(/ --(json|lock\w*)\b/g, "")}`,
      );
      expect(`${line}: ${exitCode} ${stderr}`).toBe(`${line}: 0 `);
    }
  }
});
