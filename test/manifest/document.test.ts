import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Failure } from "../../src/failure.js";
import { parseDocumentAs } from "../../src/manifest/document.js";
import { Manifest } from "../../src/manifest/repro.js";

const parse = (text: string) => parseDocumentAs(Manifest, text, "repro.yaml");

/** The message of the Failure that parsing throws. */
function complaint(text: string): string {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).exitCode).toBe(2);
    return (error as Failure).message;
  }
  throw new Error("parsing did not fail");
}

const GOOD = "name: a\ntitle: A\nlanguage: c\nsources: [a.c]\n";

describe("a manifest", () => {
  test("that is right is returned as it is", () => {
    expect(parse(GOOD)).toEqual({ name: "a", title: "A", language: "c", sources: ["a.c"] });
  });

  test.each([
    [
      "a wrong key, with the nearest",
      `${GOOD}lnk: static\n`,
      "repro.yaml:5:1: unknown key 'lnk'; did you mean 'link'",
    ],
    [
      "a wrong key deep inside",
      `${GOOD}run:\n  limits: {stak: 8MiB}\n`,
      "repro.yaml:6:12: run.limits: unknown key 'stak'; did you mean 'stack'?",
    ],
    [
      "a wrong value",
      `${GOOD}link: statical\n`,
      'repro.yaml:5:1: link: Invalid option: expected one of "static"|"dynamic"',
    ],
    [
      "a time without a unit",
      `${GOOD}run: {timeout: "10"}\n`,
      "a duration with its unit, such as 10s, 500ms or 2m",
    ],
    ["a missing key", "name: a\ntitle: A\nlanguage: c\n", "repro.yaml:1:1: sources: missing"],
    ["a key given twice", `${GOOD}name: b\n`, "repro.yaml:5:1: Map keys must be unique"],
    [
      "a variant's wrong key",
      `${GOOD}variants:\n  x: {patch: [a]}\n`,
      "repro.yaml:6:7: variants.x: unknown key 'patch'",
    ],
    ["broken YAML", "name: [a\n", "repro.yaml:2:1:"],
    ["no mapping at all", "just text", "expected object"],
  ])("with %s is told by file and line", (_what, text, message) => {
    expect(complaint(text)).toContain(message);
  });

  test("with several faults has them all told, in order", () => {
    const lines = complaint("name: A!\ntitle: t\nlanguage: perl\nsources: []\n").split("\n");
    expect(lines.map((line) => line.split(":")[1])).toEqual(["1", "3", "4"]);
  });

  test("that expands without bound is refused", () => {
    const bomb = [
      "a: &a [x, x]",
      ...Array.from(
        { length: 30 },
        (_, i) => `k${i}: &k${i} [*${i === 0 ? "a" : `k${i - 1}`}, *${i === 0 ? "a" : `k${i - 1}`}]`,
      ),
    ];
    expect(complaint(bomb.join("\n"))).toContain("repro.yaml");
  });

  test("does not reach Object.prototype", () => {
    complaint(`${GOOD}__proto__: {polluted: true}\n`);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("of any text parses or fails with a Failure", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string({ unit: fc.constantFrom("a", ":", " ", "\n", "-", "[", "{", "&", "*", '"', "!") }),
        ),
        (text) => {
          try {
            parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(Failure);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
