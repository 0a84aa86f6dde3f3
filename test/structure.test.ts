import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const src = fileURLToPath(new URL("../src/", import.meta.url));

/** The files that each file of src/ imports or exports from, also for types alone. */
function imports(): Map<string, string[]> {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  return new Map(
    files.map((file) => {
      const from = readFileSync(`${src}${file}`, "utf8").matchAll(/\b(?:from|import\()\s*"(\.[^"]+)\.js"/g);
      return [file, [...from].map(([, path]) => `${posix.join(posix.dirname(file), path ?? "")}.ts`)];
    }),
  );
}

/** A way from a file back to itself, as a list of files; null where there is none. */
function circle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const follow = (file: string, way: readonly string[]): string[] | null => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const found = follow(next, [...way, file]);
      if (found !== null) return found;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const found = follow(file, []);
    if (found !== null) return found;
  }
  return null;
}

it("has no file that imports itself around a circle", () => {
  const graph = imports();
  // Else the pattern reads nothing, and the test shows nothing.
  expect([...graph.values()].flat().length).toBeGreaterThan(graph.size);
  expect([...graph.values()].flat().filter((file) => !graph.has(file))).toEqual([]);
  expect(circle(graph)).toBeNull();
});
