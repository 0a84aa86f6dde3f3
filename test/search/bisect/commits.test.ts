import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bareManifest } from "../../../src/manifest/bare-folder.js";
import { commitRange, describeCommit, layCommit } from "../../../src/search/bisect/commits.js";

let clone: string;
const git = (...words: string[]): string =>
  execFileSync(
    "git",
    ["-C", clone, "-c", "user.name=A. Person", "-c", "user.email=a@example.org", ...words],
    { encoding: "utf8" },
  );

/** A clone with a merge: root, left and right of it, both merged. `late.c` is in no commit. */
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), "vivarium-clone-"));
  git("init", "-q", "-b", "main");
  const commit = async (text: string): Promise<void> => {
    await writeFile(join(clone, "main.c"), text);
    git("add", "-A");
    git("commit", "-qm", text);
  };
  await commit("root");
  git("tag", "good");
  await symlink("/etc/passwd", join(clone, "link"));
  await commit("main");
  git("checkout", "-qb", "side", "good");
  await mkdir(join(clone, "lib"));
  await writeFile(join(clone, "lib/side.c"), "side");
  git("add", "-A");
  git("commit", "-qm", "side");
  git("checkout", "-q", "main");
  git("merge", "-q", "--no-ff", "-m", "merge", "side");
  git("tag", "bad");
  await writeFile(join(clone, "late.c"), "late");
});
afterAll(() => rm(clone, { recursive: true, force: true }));

describe("commits of a clone", () => {
  it("are a history with its merges", async () => {
    const { history, newEnd, oldEnd, subjects } = await commitRange(clone, "good", "bad");
    expect(history.changes.map((id) => subjects.get(id)).sort()).toEqual(["main", "merge", "side"]);
    expect(history.holds.count(history.point(newEnd))).toBe(3);
    expect(history.holds.count(history.point(oldEnd))).toBe(0);
    expect(subjects.get(oldEnd)).toBe("root");
  });

  it("are refused where there is none between, or the name is none", async () => {
    await expect(commitRange(clone, "bad", "good")).rejects.toMatchObject({
      message: "bad..good: no commit lies between, as good is the older of the two",
      remedy: "name the older one first: good..bad",
    });
    await expect(commitRange(clone, "good", "good")).rejects.toThrow("good..good: both are the same commit");
    await expect(commitRange(clone, "good", "nowhere")).rejects.toThrow("nowhere: not a commit");
    await expect(commitRange(clone, "good", "--output=x")).rejects.toThrow("not a commit");
  });

  it("are refused where there is no repository", async () => {
    await expect(commitRange(tmpdir(), "good", "bad")).rejects.toThrow(
      `${tmpdir()} lies in no git repository`,
    );
  });

  it("are refused with the way to get them where the clone is shallow", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vivarium-shallow-"));
    try {
      execFileSync("git", ["clone", "-q", "--depth=1", `file://${clone}`, folder]);
      await expect(commitRange(folder, "good", "HEAD")).rejects.toMatchObject({
        remedy: expect.stringContaining("git fetch --unshallow --tags") as string,
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("are described with author, date and files", async () => {
    const { title, author, date, shown } = await describeCommit(clone, "side");
    expect([title, author]).toEqual(["side", "A. Person <a@example.org>"]);
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(shown).toContain("lib/side.c | 1 +");
  });

  it("lay their files, and what they do not have comes from the working folder; links are left out", async () => {
    const copy = await mkdtemp(join(tmpdir(), "vivarium-laid-"));
    try {
      const manifest = bareManifest("x", "c", ["main.c", "late.c", "lib"]);
      const repro = { path: clone, manifest, argument: ".", outside: {} };
      await layCommit(repro, clone, "bad", copy);
      expect(await readFile(join(copy, "main.c"), "utf8")).toBe("main");
      expect(await readFile(join(copy, "late.c"), "utf8")).toBe("late");
      expect(await readFile(join(copy, "lib/side.c"), "utf8")).toBe("side");
      await expect(readFile(join(copy, "link"), "utf8")).rejects.toThrow("ENOENT");
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });
});
