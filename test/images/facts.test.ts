import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Failure } from "../../src/failure.js";
import { assertFacts, findGo, parseFacts } from "../../src/images/facts.js";
import type { Environment } from "../../src/plan/plan.js";

const bookworm = parseFacts(readFileSync(new URL("../corpus/facts/bookworm.tsv", import.meta.url), "utf8"));
const alpine = parseFacts(readFileSync(new URL("../corpus/facts/alpine.tsv", import.meta.url), "utf8"));

function environment(change: Partial<Environment> = {}): Environment {
  return {
    id: "glibc-2.36",
    libc: { family: "glibc", version: "2.36", package: "libc6" },
    go: { version: "1.19", source: { kind: "suite", suite: "bookworm" } },
    image: "bookworm",
    ...change,
  };
}

test("what facts.sh printed in a bookworm image", () => {
  expect(bookworm).toMatchObject({
    glibc: "2.36",
    musl: "1.2.3",
    gcc: "gcc (Debian 12.2.0-14+deb12u1) 12.2.0",
    clang: null,
    gdb: "GNU gdb (Debian 13.1-3) 13.1",
    gos: [{ version: "1.19.8", root: "/usr/lib/go-1.19" }],
  });
  expect(bookworm.packages["libc6"]).toBe("2.36-9+deb12u14");
});

test("an image without glibc says so by leaving it out", () => {
  expect(alpine.glibc).toBeNull();
  expect(alpine.musl).toBe("1.2.5");
});

test("an environment's facts name what is really there", () => {
  expect(assertFacts(environment(), bookworm, "sha256:1")).toMatchObject({
    image: "sha256:1",
    libc: { family: "glibc", version: "2.36", package: "libc6 2.36-9+deb12u14" },
    go: { version: "1.19.8" },
    compiler: "gcc (Debian 12.2.0-14+deb12u1) 12.2.0",
  });
});

test("a pin of two numbers is any release of them, one of three only itself, and never a longer number", () => {
  const pin = (version: string) => ({ version, source: { kind: "suite", suite: "bookworm" } as const });
  expect(findGo(bookworm, pin("1.19"))?.version).toBe("1.19.8");
  expect(findGo(bookworm, pin("1.19.8"))?.version).toBe("1.19.8");
  expect(findGo(bookworm, pin("1.1"))).toBeNull();
  expect(findGo(bookworm, pin("1.19.80"))).toBeNull();
});

test.each([
  [
    "a libc of another version",
    environment({ id: "glibc-2.31", libc: { family: "glibc", version: "2.31", package: "libc6" } }),
    bookworm,
    "glibc-2.31: the image has glibc 2.36, and the catalogue asserts 2.31",
  ],
  [
    "no such libc",
    environment(),
    alpine,
    "glibc-2.36: the image has no glibc, and the catalogue asserts 2.36",
  ],
  [
    "no such Go",
    environment({ go: { version: "1.24", source: { kind: "suite", suite: "trixie" } } }),
    bookworm,
    "glibc-2.36: the image has no Go 1.24 (it has: 1.19.8)",
  ],
])("%s is refused", (_what, wanted, facts, message) => {
  const refused = (): unknown => assertFacts(wanted, facts, "sha256:1");
  expect(refused).toThrow(Failure);
  expect(refused).toThrow(message);
});
