import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadVerbs } from "../../src/cli/verbs.js";

const verbs = await loadVerbs();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-examples-"));
  for (const name of ["crash.c", "race.c"])
    await writeFile(join(folder, name), "#include <stdlib.h>\nint main(void) { abort(); }\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const vivarium = (line: string) =>
  execa("sh", ["-c", `node "$CLI" ${line}`], {
    cwd: folder,
    env: { CLI: fileURLToPath(new URL("../../dist/cli.js", import.meta.url)), CI: "true" },
    reject: false,
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
