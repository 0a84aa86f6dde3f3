import { chmodSync, existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GitClone } from "../../../src/images/source/git.js";
import type { SourceTree, TreeFile } from "../../../src/images/source/tree.js";
import { treeId, workingTree } from "../../../src/images/source/worktree.js";
import { Repository } from "./repository.js";

async function filesOf(tree: SourceTree): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { path, kind, content } of tree.files()) found[path] = `${kind}: ${content.toString()}`;
  return found;
}

function sample(): Repository {
  const repository = new Repository();
  repository.write("VERSION", "1.2.3\n");
  repository.write("src/a.c", "int a;\n");
  repository.write("src.h", "sorts between src and src/\n");
  repository.write("configure", "#!/bin/sh\n", 0o755);
  symlinkSync("/etc/passwd", join(repository.path, "leads-out"));
  repository.commit("v1.2.3");
  return repository;
}

describe("a tree of a clone", () => {
  it("has git's files as they are, a link as a link", async () => {
    const repository = sample();
    const clone = await GitClone.open(repository.path);
    const commit = await clone.commit("v1.2.3");
    expect(await filesOf(clone.tree(commit?.tree ?? ""))).toEqual({
      VERSION: "file: 1.2.3\n",
      "src/a.c": "file: int a;\n",
      "src.h": "file: sorts between src and src/\n",
      configure: "executable: #!/bin/sh\n",
      "leads-out": "link: /etc/passwd",
    });
  });

  it("runs nothing that the clone's own configuration names", async () => {
    const repository = new Repository();
    const trace = join(repository.path, "ran");
    repository.write(".gitattributes", "*.c filter=evil diff=evil export-ignore\n");
    repository.write("a.c", "int a;\n");
    repository.commit("v1");
    for (const key of [
      "filter.evil.smudge",
      "filter.evil.clean",
      "core.fsmonitor",
      "core.pager",
      "core.sshCommand",
    ])
      repository.git("config", key, `touch ${trace}; cat`);
    const clone = await GitClone.open(repository.path);
    const commit = await clone.commit("v1");
    expect(Object.keys(await filesOf(clone.tree(commit?.tree ?? "")))).toEqual([".gitattributes", "a.c"]);
    await filesOf(await workingTree(clone));
    expect(existsSync(trace)).toBe(false);
  });

  it("refuses a submodule, whose files are another repository's", async () => {
    const repository = sample();
    repository.git(
      "update-index",
      "--add",
      "--cacheinfo",
      `160000,${repository.git("rev-parse", "HEAD")},lib/sub`,
    );
    repository.git("commit", "-q", "-m", "with a submodule");
    const clone = await GitClone.open(repository.path);
    const commit = await clone.commit("HEAD");
    await expect(filesOf(clone.tree(commit?.tree ?? ""))).rejects.toThrow(/lib\/sub is a submodule/);
  });

  it("knows no commit by a name that is none, and takes no name for an option", async () => {
    const clone = await GitClone.open(sample().path);
    expect(await clone.commit("v9")).toBeNull();
    expect(await clone.commit("--all")).toBeNull();
    await expect(GitClone.open("/nowhere")).rejects.toThrow(/--source \/nowhere/);
  });
});

describe("a working tree", () => {
  it("has the id of its commit's tree as long as it is clean, and another one after a change", async () => {
    const repository = sample();
    const clone = await GitClone.open(repository.path);
    const head = repository.git("rev-parse", "HEAD^{tree}");
    expect((await workingTree(clone)).id).toBe(head);
    repository.write("new file.c", "int b;\n");
    const changed = (await workingTree(clone)).id;
    repository.git("add", "-A");
    expect(changed).toBe(repository.git("write-tree"));
    expect(changed).not.toBe(head);
  });

  it("sees modes, deletions and ignored files as git would", async () => {
    const repository = sample();
    const clone = await GitClone.open(repository.path);
    chmodSync(join(repository.path, "src/a.c"), 0o755);
    rmSync(join(repository.path, "src.h"));
    repository.write(".gitignore", "*.o\n");
    repository.write("src/a.o", "no source");
    const id = (await workingTree(clone)).id;
    repository.git("add", "-A");
    expect(id).toBe(repository.git("write-tree"));
  });

  it("refuses to be read while it changes", async () => {
    const repository = sample();
    const tree = await workingTree(await GitClone.open(repository.path));
    repository.write("src/a.c", "int changed;\n");
    await expect(filesOf(tree)).rejects.toThrow(/changed while it was read/);
  });

  it("reads nothing through a folder that has become a link", async () => {
    const repository = sample();
    rmSync(join(repository.path, "src"), { recursive: true });
    const outside = new Repository();
    outside.write("a.c", "another's\n");
    symlinkSync(outside.path, join(repository.path, "src"));
    const clone = await GitClone.open(repository.path);
    await expect(workingTree(clone)).rejects.toThrow(/leads out of the working tree/);
  });
});

it("hashes an empty tree as git does", async () => {
  async function* none(): AsyncGenerator<TreeFile> {}
  expect(await treeId(none())).toBe("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
});

it("says what a clone that is not whole lacks", async () => {
  const repository = sample();
  const blob = repository.git("rev-parse", "HEAD:src/a.c");
  rmSync(join(repository.path, ".git/objects", blob.slice(0, 2), blob.slice(2)));
  const clone = await GitClone.open(repository.path);
  const commit = await clone.commit("HEAD");
  await expect(filesOf(clone.tree(commit?.tree ?? ""))).rejects.toThrow(`the clone has no object ${blob}`);
});
