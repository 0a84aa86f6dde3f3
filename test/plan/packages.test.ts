import { expect, test } from "vitest";
import { LOCALE, parsePackage } from "../../src/manifest/package-name.js";
import { addedPackages, packagesFor, sanitizerPackages } from "../../src/plan/packages.js";
import type { Manifest } from "../../src/manifest/repro.js";

const manifest = (packages?: string[]): Manifest =>
  ({ name: "x", title: "x", language: "c", sources: ["x.c"], ...(packages && { packages }) }) as Manifest;

test.each<[string, ReturnType<typeof parsePackage>]>([
  ["zlib1g-dev", { name: "zlib1g-dev" }],
  ["g++", { name: "g++" }],
  ["alpine-*:zlib-dev", { environment: "alpine-*", name: "zlib-dev" }],
  ["glibc-2.36/go-1.15:make", { environment: "glibc-2.36/go-1.15", name: "make" }],
  ["*:make", { environment: "*", name: "make" }],
])("%s is a package", (text, word) => {
  expect(parsePackage(text)).toEqual({ environment: undefined, ...word });
});

test.each([
  ["-y"],
  ["--allow-unauthenticated"],
  // apt would take it out.
  ["libc6-"],
  ["a b"],
  ["a;b"],
  ["$(id)"],
  ["a\nb"],
  ["lib.*"],
  ["./x.deb"],
  ["/x.deb"],
  ["make=4.3"],
  ["make/sid"],
  ["A"],
  [""],
  [`a${"b".repeat(200)}`],
])("%j is none", (text) => {
  expect(parsePackage(text)).toBeNull();
  expect(() => addedPackages(manifest(), {}, { packages: [text] })).toThrow("not the name of a package");
});

test("an environment gets those that are for it, of manifest, variant and flags, each once", () => {
  const words = addedPackages(
    manifest(["make", "glibc-*:zlib1g-dev"]),
    { packages: ["cmake"] },
    { packages: ["make", "alpine-*:zlib-dev"] },
  );
  expect(packagesFor(words, "glibc-2.36/go-1.19")).toEqual({ packages: ["cmake", "make", "zlib1g-dev"] });
  expect(packagesFor(words, "alpine-3.22")).toEqual({ packages: ["cmake", "make", "zlib-dev"] });
  expect(packagesFor([], "glibc-2.36")).toEqual({});
});

test.each<[Parameters<typeof sanitizerPackages>[0], Parameters<typeof sanitizerPackages>[1], string[]]>([
  [{ cc: "gcc", sanitize: ["address"], cflags: [] }, { rank: 12 }, []],
  [{ cc: "clang", sanitize: [], cflags: ["-O1"] }, { rank: 12 }, []],
  [{ cc: "clang", sanitize: ["address"], cflags: [] }, { rank: 12 }, ["libclang-rt-dev", "llvm"]],
  [
    { cc: "clang", sanitize: [], cflags: ["-fsanitize=undefined"] },
    { rank: 13 },
    ["libclang-rt-dev", "llvm"],
  ],
  [{ cc: "clang", sanitize: ["address"], cflags: [] }, { rank: 11 }, ["llvm"]],
  [{ cc: "clang", sanitize: ["address"], cflags: [] }, { rank: 0, native: "musl" }, ["compiler-rt", "llvm"]],
])("what a sanitizer takes: %j in %j", (build, image, packages) => {
  expect(sanitizerPackages(build, image)).toEqual(packages);
});

test.each(["de_DE.UTF-8", "de_DE@euro", "tr_TR", "ja_JP.SHIFT-JIS", "eo"])(
  "%s is a locale's name",
  (name) => {
    expect(name).toMatch(LOCALE);
  },
);

test.each(["../x", "de_DE.UTF-8 x", "C/../..", "-f", "", "de_DE.UTF-8\n"])("%j is none", (name) => {
  expect(LOCALE.test(name)).toBe(false);
});
