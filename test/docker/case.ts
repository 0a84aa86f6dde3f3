import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { vivarium } from "../commands/command-line.js";
import { argvOf, type Case } from "./cases.js";

/** Runs one case as its reporter would, in a folder of its own, and holds what the console says against the table. Several may run at a time. */
export function testCase(each: Case): void {
  test(each.name, async () => {
    const cwd = await mkdtemp(join(tmpdir(), "vivarium-case-"));
    try {
      const { code, stdout, stderr } = await vivarium(argvOf(each), { cwd });
      const said = stdout.replace(/\s+/g, " ");
      if (said === "") throw new Error(`exit ${code}: ${stderr}`);
      for (const pattern of each.says) expect(said).toMatch(pattern);
      for (const pattern of each.never ?? []) expect(said).not.toMatch(pattern);
      expect(code).toBe(each.code ?? 0);
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  });
}
