import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReproFolder } from "../../../src/manifest/load.js";
import type { CampaignRequest } from "../../../src/plan/request.js";
import { loadSourceRecipes } from "../../../src/request/shelves.js";
import type { Prepared } from "../../../src/request/prepare.js";
import { cloneOf, isCommits, rangeOf, rangeText } from "../../../src/search/bisect/project.js";
import { sourceCommits } from "../../../src/search/bisect/source-commits.js";

let clone: string;
const git = (...words: string[]): string =>
  execFileSync("git", ["-C", clone, "-c", "user.name=a", "-c", "user.email=a@b", ...words], {
    encoding: "utf8",
  });

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), "vivarium-source-commits-"));
  git("init", "-q", "-b", "main");
  for (const version of ["1", "2", "3"]) {
    await writeFile(join(clone, "VERSION"), version);
    git("add", "-A");
    git("commit", "-qm", `version ${version}`);
    git("tag", `v${version}`);
  }
});
afterAll(() => rm(clone, { recursive: true, force: true }));

/** What is planned at the newest point. */
async function planned(over: string, request: CampaignRequest): Promise<CampaignRequest> {
  let seen: CampaignRequest = {};
  const territory = await sourceCommits(rangeOf(over), clone, await loadSourceRecipes(), (asked) => {
    seen = asked;
    return Promise.resolve({} as Prepared);
  });
  await territory.prepare(territory.newEnd, request);
  return seen;
}

describe("commits of what environments are built from", () => {
  it("are told from versions and from diffs", () => {
    expect(["musl@v1..v3", "glibc-2.31/go@go1.5..go1.6", ".@a..b"].map(isCommits)).toEqual([
      true,
      true,
      true,
    ]);
    expect(["glibc-*", "glibc-2.36/go-*", "fix..old.diff", "cflags=-O0,-O2"].map(isCommits)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(rangeOf("glibc-2.31/go@go1.5..go1.6")).toEqual({
      libc: "glibc-2.31",
      name: "go",
      from: "go1.5",
      to: "go1.6",
    });
    for (const over of ["musl@v1..v3", "glibc-2.31/go@a..b"]) expect(rangeText(rangeOf(over))).toBe(over);
  });

  it("are a line with subjects, whose ends are fixed by their hashes", async () => {
    const territory = await sourceCommits(rangeOf("musl@v1..v3"), clone, await loadSourceRecipes(), () =>
      Promise.resolve({} as Prepared),
    );
    expect(territory.history.changes.map((id) => territory.title(id))).toEqual(["version 2", "version 3"]);
    expect(territory.newEnd).toBe(git("rev-parse", "v3").trim());
    expect(territory.oldEnd).toBe(git("rev-parse", "v1").trim());
  });

  it.each([
    ["musl@v1..v3", {}, "musl@HEAD"],
    ["musl@v1..v3", { environments: ["glibc-2.36"] }, "musl@HEAD"],
    ["glibc@v1..v3", { environments: ["glibc-2.36/go-1.19"] }, "glibc@HEAD/go-1.19"],
    ["go@v1..v3", {}, "glibc-2.36/go@HEAD"],
    ["go@v1..v3", { environments: ["glibc-2.31/go-1.15"] }, "glibc-2.31/go@HEAD"],
    ["glibc-2.31/go@v1..v3", { environments: ["glibc-2.36"] }, "glibc-2.31/go@HEAD"],
  ])("%s with %j is run in %s", async (over, request, environment) => {
    const { environments } = await planned(over, request);
    expect(environments).toEqual([environment.replace("HEAD", git("rev-parse", "v3").trim())]);
  });

  it("come from the clone that was named, beside the sources of the other half", async () => {
    const request = { environments: ["musl@v1/go-1.19"], sources: ["musl=elsewhere", "go=there", ".=here"] };
    expect((await planned("musl@v1..v3", request)).sources).toEqual(["go=there", `musl=${clone}`]);
  });

  it("of a source without a recipe are refused", async () => {
    await expect(planned("mussl@v1..v3", {})).rejects.toMatchObject({
      message: "--over mussl@v1..v3: there is no recipe 'mussl'",
      remedy: expect.stringContaining("musl") as string,
    });
  });
});

it("says of a source package that it has no history, and of a source without a place how to name one", () => {
  const clone = (...sources: string[]): string => cloneOf("musl", sources, {} as ReproFolder, "/here");
  expect(() => clone("musl=deb:bookworm")).toThrow(
    /musl=deb:bookworm is a source package, which has no history/,
  );
  expect(() => clone("glibc=x")).toThrow("where is the clone of musl?");
  expect(clone("musl=../musl")).toBe("/musl");
});
