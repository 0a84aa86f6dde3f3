import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importTree } from "../../../src/images/source/import-tree.js";
import { resolveSources, type Resolved } from "../../../src/images/source/resolve.js";
import { refOf } from "../../../src/images/source/source-place.js";
import { loadCatalogue, loadSourceRecipes } from "../../../src/request/shelves.js";
import { selectEnvironments } from "../../../src/plan/environments.js";
import { Repository } from "./repository.js";
import { scratch } from "../../scratch.js";

const PATCH = "--- a/src/a.c\n+++ b/src/a.c\n@@ -1 +1 @@\n-int a;\n+int b;\n";

function musl(): Repository {
  const repository = new Repository();
  repository.write("VERSION", "1.2.3\n");
  repository.write("src/a.c", "int a;\n");
  repository.commit("v1.2.3");
  return repository;
}

function go(version: string): Repository {
  const repository = new Repository();
  repository.write("VERSION", `go${version}`);
  repository.commit(`go${version}`);
  return repository;
}

async function resolved(
  names: readonly string[],
  sources: readonly string[],
  options: { readonly cwd?: string; readonly buildOn?: string } = {},
): Promise<Resolved> {
  const cwd = options.cwd ?? scratch("resolve");
  return resolveSources(await loadCatalogue(), names, {
    recipes: await loadSourceRecipes(),
    sources,
    state: join(cwd, ".vivarium"),
    ...options,
    cwd,
  });
}

describe("a name with a ref", () => {
  it("is pinned to commit and tree, by tag, branch and the beginning of an id alike", async () => {
    const repository = musl();
    const id = repository.git("rev-parse", "HEAD");
    const names = ["musl@v1.2.3", "musl@main", `musl@${id.slice(0, 9)}`];
    const { catalogue } = await resolved(names, [`musl=${repository.path}`]);
    for (const name of names) {
      expect(catalogue.environments[name]).toMatchObject({
        image: "bookworm",
        go: "1.19",
        libc: {
          family: "musl",
          version: "1.2.3",
          source: { commit: id, tree: repository.git("rev-parse", "HEAD^{tree}"), dirty: null },
        },
      });
    }
  });

  it("says of a working tree whether it differs from its commit", async () => {
    const repository = musl();
    const dirty = async (): Promise<unknown> =>
      (await resolved(["musl@worktree"], [`musl=${repository.path}`])).catalogue.environments["musl@worktree"]
        ?.libc.source?.dirty;
    expect(await dirty()).toBe(false);
    repository.write("src/a.c", "int changed;\n");
    expect(await dirty()).toBe(true);
  });

  it("takes patches over a ref, and keeps a copy of each", async () => {
    const repository = musl();
    repository.git("tag", "v1+odd");
    const cwd = scratch("resolve");
    writeFileSync(join(cwd, "fix.patch"), PATCH);
    const name = "musl@v1+odd+fix.patch";
    const { catalogue, sources } = await resolved([name], [`musl=${repository.path}`], { cwd });
    const pin = catalogue.environments[name]?.libc.source;
    expect(pin?.ref).toBe("v1+odd");
    const [patch] = pin?.patches ?? [];
    expect(patch?.name).toBe("fix.patch");
    expect(await sources.patch(patch as NonNullable<typeof patch>)).toBe(PATCH);
  });

  it("states every flag of the recipe", async () => {
    const { catalogue } = await resolved(["musl@v1.2.3"], [`musl=${musl().path}`]);
    expect(catalogue.environments["musl@v1.2.3"]?.libc.source?.steps.join("\n")).toMatch(
      /CFLAGS=-g .*\nONLY=--disable-shared \(static .*\n.*--prefix=.* \$ONLY/,
    );
  });

  it("is built where it is told to be", async () => {
    const source = [`musl=${musl().path}`];
    const { catalogue } = await resolved(["musl@v1.2.3"], source, { buildOn: "glibc-2.31" });
    expect(catalogue.environments["musl@v1.2.3"]).toMatchObject({ image: "bullseye", go: "1.15" });
    await expect(resolved(["musl@v1.2.3"], source, { buildOn: "glibc-9" })).rejects.toThrow(
      /--build-on glibc-9/,
    );
  });

  it.each([
    ["musl@v1.2.3", [], /no source is named for musl/],
    ["musl@v9", ["musl"], /no commit, tag or branch 'v9'/],
    ["musl@v1.2.3+nothing.patch", ["musl"], /the patch nothing.patch cannot be read/],
    ["uclibc@v1", ["musl"], /no recipe makes a libc named 'uclibc'/],
    ["go@go1.5.1", ["go"], /no environment 'go@go1.5.1'/],
  ])("%s without what it needs is refused", async (name, sources, message) => {
    const paths = { musl: musl().path, go: go("1.5.1").path };
    const named = sources.map((source) => `${source}=${paths[source as keyof typeof paths]}`);
    await expect(resolved([name], named)).rejects.toThrow(message);
  });

  it("refuses a source that has no version of what it is said to be", async () => {
    await expect(resolved(["glibc@v1.2.3"], [`glibc=${musl().path}`])).rejects.toThrow(/no version of/);
  });
});

describe("a Go with a ref", () => {
  const bootstrapOf = async (version: string, libc: string): Promise<unknown> => {
    const name = `${libc}/go@go${version}`;
    const { catalogue } = await resolved([name], [`go=${go(version).path}`]);
    const [environment] = selectEnvironments([name], catalogue, "go");
    const source = environment?.go?.source;
    return source?.kind === "source" ? source.bootstrap : null;
  };

  // https://go.dev/doc/install/source: the oldest that is new enough, of those of the environment's suite and of older ones.
  it.each([
    ["1.5.1", "glibc-2.31", "1.15"],
    ["1.8", "glibc-2.36", "1.15"],
    ["1.19.13", "glibc-2.31", "1.15"],
    ["1.19.13", "glibc-2.43", "1.15"],
    ["1.20", "glibc-2.36", "1.19"],
    ["1.21.0", "glibc-2.41", "1.19"],
    ["1.22", "glibc-2.41", "1.24"],
    ["1.25.3", "glibc-2.41", "1.24"],
    ["1.26", "glibc-2.43", "1.24"],
    ["1.27.1", "glibc-2.43", "1.24"],
    ["1.28", "glibc-2.43", "1.27"],
  ])("of version %s is built on %s by Go %s", async (version, libc, bootstrap) => {
    expect(await bootstrapOf(version, libc)).toBe(bootstrap);
  });

  it.each([
    ["1.20", "glibc-2.31", /built by Go 1.17 or newer, and glibc-2.31 has 1.15/],
    ["1.22.1", "glibc-2.36", /built by Go 1.20 or newer, and glibc-2.36 has 1.15, 1.19/],
    ["1.28", "glibc-2.41", /built by Go 1.26 or newer, and glibc-2.41 has 1.15, 1.19, 1.24/],
  ])("of version %s is refused on %s, where no Go is new enough", async (version, libc, message) => {
    await expect(bootstrapOf(version, libc)).rejects.toThrow(message);
  });
});

describe("a source package of Debian", () => {
  const asked = async (source: string, name = "musl@bookworm") => {
    const cwd = scratch("resolve");
    const fetched: string[] = [];
    const found = resolveSources(await loadCatalogue(), [name], {
      recipes: await loadSourceRecipes(),
      sources: [source],
      state: join(cwd, ".vivarium"),
      cwd,
      obtain: async ({ path, debian }) => {
        fetched.push(`${debian.suite} ${debian.package}`);
        async function* files() {
          yield await Promise.resolve({
            path: "VERSION",
            kind: "file" as const,
            content: Buffer.from("1.2.3\n"),
          });
        }
        await importTree(path, files(), { branch: refOf(debian), tag: "1.2.3-1", message: "musl\n" });
      },
    });
    return { found: await found, fetched };
  };

  it("is fetched once, and is a clone from then on", async () => {
    const { found, fetched } = await asked("musl=deb:bookworm", "musl@bookworm,musl@1.2.3-1");
    expect(fetched).toEqual(["bookworm null"]);
    const pins = ["musl@bookworm", "musl@1.2.3-1"].map(
      (name) => found.catalogue.environments[name]?.libc.source,
    );
    expect(pins[0]).toMatchObject({ version: "1.2.3", dirty: null });
    expect(pins[1]?.commit).toBe(pins[0]?.commit);
  });

  it("may be another one than the recipe's", async () => {
    const { fetched } = await asked("musl=deb:sid/musl-next", "musl@sid/musl-next");
    expect(fetched).toEqual(["sid musl-next"]);
  });

  it("that is not fetched yet needs the engine, and says what fetches it", async () => {
    await expect(resolved(["musl@bookworm"], ["musl=deb:bookworm"])).rejects.toMatchObject({
      message: expect.stringContaining("musl=deb:bookworm: it is not fetched yet") as string,
      remedy: expect.stringContaining("vivarium build") as string,
    });
  });

  it.each(["musl=deb:", "musl=deb:../x", "musl=deb:bookworm/../../x", "musl=deb:bookworm/-x"])(
    "%s names no suite",
    async (source) => {
      await expect(resolved(["musl@bookworm"], [source])).rejects.toThrow(/not a suite of Debian/);
    },
  );
});
