import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";

const ofTest: string[] = [];
const ofFile: string[] = [];

function remove(folders: string[]): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Removes what was made, when a test and when its file ends. For each test file: by loading this, or by test/setup.ts where files share what they load. */
export function removeFolders(): void {
  afterEach(() => remove(ofTest));
  afterAll(() => remove(ofFile));
}

removeFolders();

function made(name: string): string {
  return mkdtempSync(join(tmpdir(), `vivarium-${name}-`));
}

/** An empty folder, removed after the last test of the file that asks for it; `name` is a part of its own name. */
export function scratch(name: string): string {
  const folder = made(name);
  ofFile.push(folder);
  return folder;
}

/** The same, removed at the end of the test that asks for it. */
export function scratchOfTest(name: string): string {
  const folder = made(name);
  ofTest.push(folder);
  return folder;
}
