import { expect, test } from "vitest";
import type { Manifest } from "../../../src/manifest/repro.js";
import type { Material } from "../../../src/search/candidate/material.js";
import { ReducibleRepro } from "../../../src/search/reduce/changes.js";
import { loadGrammar } from "../../../src/search/syntax/grammar.js";

const MATERIAL: Material = {
  manifest: {
    name: "several",
    title: "several",
    language: "c",
    sources: ["main.c", "lib/noise.c", "include/noise.h"],
    files: { "/etc/noise.conf": "./data/noise.conf" },
  } as Manifest,
  files: {
    "main.c": '#include "noise.h"\nint main(void)\n{\n    return 0;\n}\n',
    "lib/noise.c": '#include "../include/noise.h"\nint noise(void)\n{\n    return 1;\n}\n',
    "include/noise.h": "int noise(void);\n",
    "data/noise.conf": "loud\n",
  },
};

async function without(title: string): Promise<Material> {
  const reducible = new ReducibleRepro(await loadGrammar("c"));
  const change = reducible.changes(MATERIAL, false).find((each) => each.title === title);
  if (change === undefined) throw new Error(`no change '${title}'`);
  return change.material;
}

test("a header goes with the lines that include it, and what nothing names is no part of the repro any more", async () => {
  const { manifest, files } = await without("source include/noise.h");
  expect(manifest.sources).toEqual(["main.c", "lib/noise.c"]);
  expect(Object.keys(files)).toEqual(["main.c", "lib/noise.c", "data/noise.conf"]);
  expect(files["main.c"]).toBe("int main(void)\n{\n    return 0;\n}\n");
  expect(files["lib/noise.c"]).toBe("int noise(void)\n{\n    return 1;\n}\n");
});

test("a file that is laid over the root no more is gone, however its path was written", async () => {
  expect(Object.keys((await without("source lib/noise.c")).files)).toContain("data/noise.conf");
  expect(Object.keys((await without("file /etc/noise.conf")).files)).not.toContain("data/noise.conf");
});

test("a source is tried again when much less is left in it", async () => {
  const reducible = new ReducibleRepro(await loadGrammar("c"));
  const keyOf = (material: Material): string | undefined =>
    reducible.changes(material, false).find(({ title }) => title === "source lib/noise.c")?.key;
  const less = { ...MATERIAL, files: { ...MATERIAL.files, "lib/noise.c": "" } };
  expect(keyOf(less)).not.toBe(keyOf(MATERIAL));
});

test("where all sources are to go together, one stays", async () => {
  const reducible = new ReducibleRepro(await loadGrammar("c"));
  const sources = reducible.changes(MATERIAL, false).filter(({ title }) => title.startsWith("source "));
  expect(sources).toHaveLength(3);
  expect(reducible.together(MATERIAL, sources).manifest.sources).toEqual(["main.c"]);
});
