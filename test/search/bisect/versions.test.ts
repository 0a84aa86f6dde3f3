import { beforeAll, describe, expect, it } from "vitest";
import type { Catalogue } from "../../../src/manifest/catalogue.js";
import type { Prepared } from "../../../src/request/prepare.js";
import { loadCatalogue } from "../../../src/request/shelves.js";
import type { Territory } from "../../../src/search/bisect/territory.js";
import { versions } from "../../../src/search/bisect/versions.js";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await loadCatalogue();
});

const over = (pattern: string, language: "c" | "go" = "go"): Territory =>
  versions(pattern, catalogue, language, () => Promise.resolve({} as Prepared));

describe("versions of the catalogue", () => {
  it("stand from the oldest to the newest", () => {
    const { oldEnd, history, warnings } = over("glibc-*", "c");
    expect([oldEnd, ...history.changes].slice(0, 3)).toEqual(["glibc-2.31", "glibc-2.36", "glibc-2.41"]);
    expect(warnings).toEqual([]);
  });

  it("of Go are ordered by Go on one libc", () => {
    const { oldEnd, newEnd, warnings } = over("glibc-2.36/go-*");
    expect([oldEnd, newEnd, warnings]).toEqual(["glibc-2.36/go-1.15", "glibc-2.36/go-1.19", []]);
  });

  it("of a libc keep the Go that is named", () => {
    const { oldEnd, history, warnings } = over("glibc-*/go-1.15");
    expect([oldEnd, ...history.changes].slice(0, 2)).toEqual(["glibc-2.31/go-1.15", "glibc-2.36/go-1.15"]);
    expect(warnings).toEqual([]);
  });

  it("of a libc without a Go say that Go changes, too, and how to keep it", () => {
    expect(over("glibc-*").warnings).toEqual([
      expect.stringMatching(
        /^Go changes with the libc here \(1\.15, 1\.19, .*\), so it may be Go's doing: --over 'glibc-\*\/go-1\.15' /,
      ),
    ]);
  });

  it.each([
    ["*", "libcs of two families"],
    ["glibc-*/go-*", "more than one libc and more than one Go"],
    ["glibc-2.36", "is one version only (glibc-2.36)"],
  ])("%s has no order", (pattern, said) => {
    expect(() => over(pattern)).toThrow(said);
  });
});
