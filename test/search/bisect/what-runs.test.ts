import { expect, test } from "vitest";
import type { Built } from "../../../src/search/bench.js";
import { whatRuns } from "../../../src/search/bisect/what-runs.js";

/** One program, on a libc that was made of such a tree. */
function built(family: "glibc" | "musl", loader: string | null, tree: string, patches: string[] = []): Built {
  const source = { tree, recipeHash: "r", patches: patches.map((sha256) => ({ sha256 })) };
  const environment = { image: "bookworm", libc: { family, version: "1", package: `${family}@x`, source } };
  return {
    binary: { sha256: "p", linked: { loader, holds: null }, ranOn: { libc: { package: "" } } },
    cell: { builtIn: environment, ranOn: environment },
  } as unknown as Built;
}

test.each([
  ["a static program of musl loads nothing", "musl", null, true],
  ["a dynamic program finds another libc", "musl", "/lib/ld-musl-x86_64.so.1", false],
  ["so it does with glibc", "glibc", "/lib64/ld-linux-x86-64.so.2", false],
  ["a static program of glibc loads its NSS modules", "glibc", null, false],
] as const)("of one program on two commits of a libc: %s", (_, family, loader, isOne) => {
  expect(whatRuns(built(family, loader, "a")) === whatRuns(built(family, loader, "b"))).toBe(isOne);
  expect(whatRuns(built(family, loader, "a"))).toBe(whatRuns(built(family, loader, "a")));
  expect(whatRuns(built(family, loader, "a", ["x"])) === whatRuns(built(family, loader, "a"))).toBe(isOne);
});
