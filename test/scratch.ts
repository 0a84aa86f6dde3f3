import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, removed after the last test of the file that asks for it; `name` is a part of its own name. */
export function scratch(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `vivarium-${name}-`));
  folders.push(folder);
  return folder;
}
