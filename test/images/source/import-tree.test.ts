import { join } from "node:path";
import { expect, test } from "vitest";
import { GitClone } from "../../../src/images/source/git.js";
import { importTree } from "../../../src/images/source/import-tree.js";
import type { TreeFile } from "../../../src/images/source/tree.js";
import { treeId } from "../../../src/images/source/worktree.js";
import { scratch } from "../../scratch.js";

const AS = { branch: "bookworm", tag: "1.2.3-1", message: "musl 1.2.3-1 of Debian\n" };

const FILES: readonly TreeFile[] = [
  { path: "VERSION", kind: "file", content: Buffer.from("1.2.3\n") },
  { path: "configure", kind: "executable", content: Buffer.from("#!/bin/sh\n") },
  { path: 'a folder/with "quotes" and \\', kind: "file", content: Buffer.from([0, 255, 10, 13]) },
  { path: "new\nline", kind: "file", content: Buffer.alloc(0) },
  { path: "überall", kind: "file", content: Buffer.from("ü") },
  { path: "link", kind: "link", content: Buffer.from("../out/of/it") },
];

async function* each(files: readonly TreeFile[]): AsyncGenerator<TreeFile> {
  for (const file of files) yield await Promise.resolve(file);
}

const place = (): string => join(scratch("import"), "sources", "musl.git");

test("a tree becomes a commit with the very files, under a branch and a tag", async () => {
  const repository = place();
  await importTree(repository, each(FILES), AS);
  const clone = await GitClone.open(repository);
  const commit = await clone.commit("bookworm");
  expect(commit).not.toBeNull();
  expect(await clone.commit("1.2.3-1")).toEqual(commit);
  expect(commit?.tree).toBe(await treeId(each(FILES)));
  const found: TreeFile[] = [];
  for await (const file of clone.tree(commit?.tree as string).files()) found.push(file);
  expect(found.map(({ path }) => path).sort()).toEqual(FILES.map(({ path }) => path).sort());
  for (const file of FILES) expect(found).toContainEqual(file);
});

test("the same files make the same commit anywhere, and another version takes the branch and leaves the old tag", async () => {
  const [one, other] = [place(), place()];
  await importTree(one, each(FILES), AS);
  await importTree(other, each(FILES), AS);
  const first = await (await GitClone.open(one)).commit("bookworm");
  expect(await (await GitClone.open(other)).commit("bookworm")).toEqual(first);
  await importTree(one, each(FILES.slice(0, 1)), {
    ...AS,
    tag: "1.2.3-2",
    message: "musl 1.2.3-2 of Debian\n",
  });
  const clone = await GitClone.open(one);
  expect(await clone.commit("1.2.3-1")).toEqual(first);
  expect(await clone.commit("bookworm")).toEqual(await clone.commit("1.2.3-2"));
  expect(await clone.commit("bookworm")).not.toEqual(first);
});

test.each(["../out", "/etc/passwd", "a/../../b"])("'%s' is no path of a tree", async (path) => {
  const files = [{ path, kind: "file" as const, content: Buffer.from("x") }];
  await expect(importTree(place(), each(files), AS)).rejects.toThrow(/is not a path inside a tree/);
});
