import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readElf, type ElfFacts } from "../../src/images/elf.js";
import { environmentsFor, needsOf } from "../../src/request/prebuilt.js";
import { Catalogue } from "../../src/manifest/catalogue.js";
import { scratch } from "../scratch.js";

const catalogue = Catalogue.parse(
  parse(readFileSync(new URL("../../dockerfiles/catalogue.yaml", import.meta.url), "utf8")),
);
/** A dynamic program that every Linux system has. */
const SHELL = readFileSync("/bin/sh");

function elf(change: Partial<ElfFacts> = {}): ElfFacts {
  return { machine: "x86-64", loader: null, needs: [], versions: [], holds: null, ...change };
}
const GLIBC = "/lib64/ld-linux-x86-64.so.2";

describe("an executable's headers", () => {
  test("tell the loader, the libraries and the versions of their symbols", () => {
    const facts = readElf(SHELL);
    expect(facts?.loader).toMatch(/^\/lib.*\/ld-/);
    expect(facts?.needs.join()).toMatch(/libc\./);
  });

  test("of a program of 32 bits tell the same", () => {
    const program = join(scratch("elf32"), "a.out");
    const flags = [
      "-m32",
      "-nostdlib",
      "-pie",
      "-Wl,--dynamic-linker=/lib/ld-linux.so.2",
      "-Wl,-soname=me.so",
    ];
    execFileSync("gcc", [...flags, "-x", "c", "-", "-o", program], { input: "void _start(void) {}" });
    expect(readElf(readFileSync(program))).toMatchObject({ machine: "i386", loader: "/lib/ld-linux.so.2" });
  });

  test("of a static program tell which libc it holds, and its version where it says that", () => {
    const folder = scratch("elf");
    const facts = (code: string): ElfFacts | null => {
      execFileSync("gcc", ["-static", "-x", "c", "-", "-o", join(folder, "a.out")], { input: code });
      return readElf(readFileSync(join(folder, "a.out")));
    };
    const plain = { loader: null, holds: { family: "glibc", version: null } };
    expect(facts("int main(void) { return 0; }")).toMatchObject(plain);
    const version = "#include <gnu/libc-version.h>\nint main(void) { return *gnu_get_libc_version() == 0; }";
    const told = facts(version)?.holds;
    expect(told?.family).toBe("glibc");
    expect(told?.version).toMatch(/^2\.\d+$/);
    expect(readElf(SHELL)?.holds).toBeNull();
  });

  test("of a script or a text are none", () => {
    expect(readElf(Buffer.from("#!/bin/sh\nexit 1\n"))).toBeNull();
    expect(readElf(Buffer.alloc(0))).toBeNull();
  });

  test("that are damaged give facts or none, and never an error", () => {
    const bytes = fc.array(fc.tuple(fc.nat(1024), fc.nat(255)), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(bytes, fc.nat(SHELL.length), (changes, length) => {
        const file = Buffer.from(SHELL.subarray(0, length));
        for (const [at, value] of changes) if (at > 5 && at < file.length) file[at] = value;
        const facts = readElf(file);
        expect(facts === null || typeof facts.machine === "string").toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the environments of a program", () => {
  test("are all of them where it is static and holds no libc, and else those of its libc", () => {
    const all = Object.keys(catalogue.environments);
    expect(environmentsFor(elf(), catalogue)).toEqual(all);
    for (const family of ["glibc", "musl"] as const) {
      const fitting = environmentsFor(elf({ holds: { family, version: null } }), catalogue);
      expect(fitting).toEqual(all.filter((name) => catalogue.environments[name]?.libc.family === family));
    }
  });

  test("are those of its loader's libc, new enough", () => {
    const versions = ["GLIBC_2.2.5", "GLIBC_2.38", "GLIBC_2.4", "GCC_3.0"];
    const fitting = environmentsFor(elf({ loader: GLIBC, versions }), catalogue);
    expect(fitting).toEqual(expect.arrayContaining(["glibc-2.41", "glibc-2.43", "glibc-2.44"]));
    expect(fitting.filter((name) => /^musl|2\.3[16]$/.test(name))).toEqual([]);
    const musl = environmentsFor(elf({ loader: "/lib/ld-musl-x86_64.so.1" }), catalogue);
    expect(musl).toContain("musl-1.2.3");
    expect(musl.filter((name) => name.startsWith("glibc"))).toEqual([]);
  });

  test("are none for a loader of another system", () => {
    expect(environmentsFor(elf({ loader: "/system/bin/linker64" }), catalogue)).toEqual([]);
  });

  test.each([
    [{ loader: GLIBC, versions: ["GLIBC_2.34", "GLIBC_2.4"] }, `${GLIBC} of glibc 2.34 or newer`],
    [{ loader: GLIBC, versions: [] }, `${GLIBC} of glibc`],
    [{ loader: "/lib/ld-musl-x86_64.so.1" }, "/lib/ld-musl-x86_64.so.1 of musl"],
    [{ loader: "/system/bin/linker64" }, "/system/bin/linker64"],
  ])("%j: the message names %s", (change, said) => {
    expect(needsOf(elf(change))).toBe(`dynamically linked: it asks for the loader ${said}`);
  });
});
