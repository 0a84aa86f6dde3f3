import { readFileSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ContextEntry } from "../docker/engine.js";
import { digestOf } from "../plan/key.js";

/** The folder that the package brings: the catalogue, the Dockerfiles, and what runs inside. */
export const DOCKERFILES = fileURLToPath(new URL("../../dockerfiles", import.meta.url));

/** The text of a Dockerfile. */
export function dockerfile(name: string): Promise<string> {
  return readFile(join(DOCKERFILES, name), "utf8");
}

/** What goes into an environment image under /opt/vivarium: context path (`container/…`) -> file. */
export async function insideFiles(): Promise<Record<string, ContextEntry & { file: string }>> {
  const folder = join(DOCKERFILES, "container");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    // Python's own cache is no input.
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return Object.fromEntries(
    files.map((path) => [`container/${path}`, { file: join(folder, path), mode: 0o644 }]),
  );
}

/** What a build of a program runs by, for its container: name below dockerfiles/build -> file. */
export async function buildFiles(): Promise<Record<string, ContextEntry & { file: string }>> {
  const folder = join(DOCKERFILES, "build");
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(names.map((name) => [name, { file: join(folder, name), mode: 0o755 }]));
}

/** Context path -> sha256 of its bytes: how a context goes into a key. */
export function contextDigest(context: Readonly<Record<string, ContextEntry>>): Record<string, string> {
  const pairs = Object.entries(context).map(([path, entry]) => {
    if ("link" in entry) return [path, `link:${entry.link}`] as const;
    if ("folder" in entry) return [path, "folder"] as const;
    // One after the other: for dozens of small files, which every start reads, that takes a third of the time.
    const content = "file" in entry ? readFileSync(entry.file) : entry.content;
    return [path, `${(entry.mode ?? 0).toString(8)}:${digestOf(content)}`] as const;
  });
  return Object.fromEntries(pairs);
}

/** What a suite's image is built from by the Dockerfile of this name, and its digest. */
export async function suiteContext(
  name: string,
): Promise<{ context: Record<string, ContextEntry>; digest: Record<string, string> }> {
  const [content, inside] = await Promise.all([dockerfile(name), insideFiles()]);
  const context = { Dockerfile: { content }, ...inside };
  return { context, digest: contextDigest(context) };
}
