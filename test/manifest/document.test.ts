import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Failure } from "../../src/failure.js";
import { Configuration } from "../../src/manifest/configuration.js";
import { parseDocumentAs } from "../../src/manifest/document.js";
import { Manifest } from "../../src/manifest/repro.js";

const OTHERS = [{ name: "vivarium.config.yaml", schema: Configuration }];
const parse = (text: string) => parseDocumentAs(Manifest, text, "repro.yaml", OTHERS);

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
    ["no mapping at all", "just text", "text stands where a map is wanted, such as { name: …"],
    [
      "a key of another section",
      `${GOOD}services: {db: {command: db}}\n`,
      "repro.yaml:5:1: unknown key 'services'; it belongs under 'run'",
    ],
    [
      "a key of a section in a section",
      `${GOOD}run: {stack: 8MiB}\n`,
      "repro.yaml:5:7: run: unknown key 'stack'; it belongs under 'run.limits'",
    ],
    [
      "a key of the top level in a section",
      `${GOOD}run: {cflags: [-O2]}\n`,
      "run: unknown key 'cflags'; it belongs at the top level",
    ],
    [
      "a key of a list's entries",
      `${GOOD}outcome: crash\n`,
      "unknown key 'outcome'; it belongs in an entry of 'expect'",
    ],
    [
      "a key of what a person names",
      `${GOOD}ready: {port: 80}\n`,
      "unknown key 'ready'; it belongs under a name in 'run.services'",
    ],
    [
      "a misspelt key of another section",
      `${GOOD}servises: {}\n`,
      "unknown key 'servises'; did you mean 'services', under 'run'?",
    ],
    [
      "a key of the configuration",
      `${GOOD}runs: 20\n`,
      "unknown key 'runs'; did you mean 'run'? 'runs' is a key of vivarium.config.yaml, at the top level",
    ],
    [
      "a list for a map of services",
      `${GOOD}run:\n  services:\n    - command: db\n`,
      "repro.yaml:6:3: run.services: a list stands where a map is wanted, such as { NAME: { command: … } }",
    ],
    [
      "a word for a list",
      `${GOOD}cflags: -O2\n`,
      "repro.yaml:5:1: cflags: text stands where a list is wanted, such as [-O2]",
    ],
    [
      "a number for a text",
      `${GOOD}env: {DEBUG: 1}\n`,
      'env.DEBUG: a number stands where text is wanted: put it in quotes, "1"',
    ],
    [
      "nothing for a map",
      `${GOOD}run:\n`,
      "repro.yaml:5:1: run: nothing stands where a map is wanted, such as {",
    ],
    [
      "a number for one of two kinds",
      `${GOOD}run: {services: {db: {command: 5}}}\n`,
      "run.services.db.command: a number stands where text or a list is wanted",
    ],
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
