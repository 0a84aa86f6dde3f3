import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { expect, test } from "vitest";
import { carryTree, takeCarriedTree } from "../../../src/images/source/carried-tree.js";
import { GitClone } from "../../../src/images/source/git.js";
import { Sources } from "../../../src/images/source/sources.js";
import { LARGEST_FILE, type SourceTree } from "../../../src/images/source/tree.js";
import { Repository } from "./repository.js";
import { scratch } from "../../scratch.js";

const LONG = `${"folder/".repeat(40)}file.c`;

/** A tree with a link, a program, odd and long names, and an empty file. */
async function tree(): Promise<SourceTree> {
  const repository = new Repository();
  repository.write("VERSION", "1.2.3\n");
  repository.write("configure", "#!/bin/sh\n", 0o755);
  repository.write("odd\nname", "");
  repository.write(LONG, "int x;\n");
  symlinkSync("VERSION", join(repository.path, "link"));
  repository.commit("v1");
  const id = repository.git("rev-parse", "v1^{tree}");
  return (await GitClone.open(repository.path)).tree(id);
}

const state = (): string => scratch("carried");
const pinOf = (id: string) => ({ recipe: "musl", tree: id, version: "1.2.3" });

test("a tree that a bundle carries comes out as the same tree, and any place that has it serves the pin", async () => {
  const made = await tree();
  const archive = await carryTree(made);
  expect((await carryTree(made)).equals(archive)).toBe(true);
  const folder = state();
  const path = await takeCarriedTree(archive, pinOf(made.id), folder);
  expect(await takeCarriedTree(archive, pinOf(made.id), folder)).toBe(path);
  const whole = { ...pinOf(made.id), dirty: true, patches: [], recipeHash: "", steps: [] };
  for (const pin of [
    { ...whole, ref: "v1", commit: "0".repeat(40) },
    { ...whole, ref: "worktree", commit: null },
  ]) {
    const found = await new Sources([{ name: "musl", path }], folder).tree(pin);
    const files = new Map<string, [string, string]>();
    for await (const { path: name, kind, content } of found.files()) files.set(name, [kind, `${content}`]);
    expect(Object.fromEntries(files)).toEqual({
      VERSION: ["file", "1.2.3\n"],
      configure: ["executable", "#!/bin/sh\n"],
      "odd\nname": ["file", ""],
      [LONG]: ["file", "int x;\n"],
      link: ["link", "VERSION"],
    });
  }
});

test("a tree that is not the pin's is refused, and nothing of it stays", async () => {
  const archive = await carryTree(await tree());
  const folder = state();
  const other = pinOf("1".repeat(40));
  await expect(takeCarriedTree(archive, other, folder)).rejects.toThrow(
    /tree 111111111111, .* is another one/,
  );
  expect(readdirSync(join(folder, "sources"))).toEqual([]);
});

test.each([
  ["is no archive", Buffer.from("nothing")],
  ["is cut off", gzipSync(Buffer.alloc(3000, 1)).subarray(0, 20)],
])("what %s is refused in words", async (_what, archive) => {
  await expect(takeCarriedTree(archive, pinOf("1".repeat(40)), state())).rejects.toThrow(/ cannot be read: /);
});

test("a file that is too large is refused before it is unpacked", async () => {
  const tar = pack();
  tar.entry({ name: "huge", size: LARGEST_FILE + 1 });
  const { value: header } = (await tar[Symbol.asyncIterator]().next()) as { value: Buffer };
  const archive = gzipSync(Buffer.concat([header, Buffer.alloc(1024)]));
  await expect(takeCarriedTree(archive, pinOf("1".repeat(40)), state())).rejects.toThrow(
    /cannot be read: .*: huge is larger than 256 MiB/,
  );
});
