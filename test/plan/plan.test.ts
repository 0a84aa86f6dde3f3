import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Catalogue } from "../../src/manifest/catalogue.js";
import { parseDocumentAs } from "../../src/manifest/document.js";
import { Manifest } from "../../src/manifest/repro.js";
import { selectEnvironments } from "../../src/plan/environments.js";
import { parseExpectation } from "../../src/plan/expectation.js";
import { makePlan } from "../../src/plan/make.js";
import { printPlan } from "../../src/plan/print.js";
import type { CampaignRequest } from "../../src/plan/request.js";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const catalogue = parseDocumentAs(Catalogue, read("dockerfiles/catalogue.yaml"), "catalogue.yaml");
const golang = parseDocumentAs(Manifest, read("repros/golang-13470/repro.yaml"), "repro.yaml");
const c: Manifest = { name: "c", title: "C", language: "c", sources: ["c.c"] };

const plan = (request: CampaignRequest = {}, manifest: Manifest = golang) =>
  makePlan({
    manifest,
    sourceHash: "0".repeat(64),
    catalogue,
    request,
    seed: 1,
    parallel: 2,
    command: ["run"],
  });
const ids = (...patterns: string[]) => selectEnvironments(patterns, catalogue, "go").map(({ id }) => id);

describe("environments", () => {
  test.each([
    [["glibc-*,musl-*"], 9],
    [["glibc-*", "!glibc-2.44"], 4],
    [["!musl-*,!golang-*,!alpine-*"], 5],
    [["glibc-2.36", "glibc-2.*"], 5],
    [["glibc-2.36/go-*"], 2],
    [["glibc-2.41/go-*"], 3],
  ])("%j selects %i", (patterns, count) => {
    expect(ids(...patterns)).toHaveLength(count);
  });

  test("keep the order in which they were asked for", () => {
    expect(ids("musl-1.2.3,glibc-2.31/go-1.15", "glibc-2.31")).toEqual([
      "musl-1.2.3",
      "glibc-2.31/go-1.15",
      "glibc-2.31",
    ]);
  });

  test("have the libc's default Go where none is chosen", () => {
    expect(selectEnvironments(["glibc-2.41"], catalogue, "go")[0]?.go?.version).toBe("1.24");
    expect(selectEnvironments(["glibc-2.41"], catalogue, "c")[0]?.go).toBeNull();
  });

  test("with Go from an archive are selected by full name only", () => {
    expect(ids("glibc-2.31/go-1.5.1")).toEqual(["glibc-2.31/go-1.5.1"]);
    expect(ids("glibc-2.31/go-*")).toEqual(["glibc-2.31/go-1.15"]);
  });

  test.each([
    ["glibc-2.35", "no environment 'glibc-2.35'", "did you mean glibc-2.31 or glibc-2.36"],
    ["gibc-2.36", "no environment 'gibc-2.36'", "did you mean glibc-2.36"],
    ["glibc-2.31/go-1.19", "the Go of a newer suite does not run on an older libc", "go-1.15"],
    ["glibc-2.36/go-1.18", "no environment 'glibc-2.36/go-1.18'", "did you mean go-1.15 or go-1.19"],
    ["glibc-2.36,!glibc-2.36", "no environment is left", "there are"],
  ])("%s is refused with the nearest names", (pattern, message, remedy) => {
    expect(() => ids(pattern)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(message),
        remedy: expect.stringContaining(remedy),
      }),
    );
  });
});

describe("a plan", () => {
  test("of the main job names every default", () => {
    expect(printPlan(plan())).toMatchSnapshot();
  });

  test("has the same hash for the same request, and another for another", () => {
    expect(plan().hash).toBe(plan().hash);
    expect(plan({ stop: { runs: 21 } }).hash).not.toBe(plan().hash);
    expect(plan({ run: { env: { A: "1" } } }).hash).not.toBe(plan().hash);
  });

  test("counts what the expectations agree on", () => {
    expect(plan().counted).toMatchObject({ of: "SIGSEGV", outcome: "crash" });
    expect(plan({ environments: ["musl-*"] }).counted.of).toBe("SIGSEGV");
    expect(plan({}, c).counted).toMatchObject({ of: "crash", signal: null });
    expect(plan({ expect: ["exit=1"] }, c).counted).toMatchObject({ of: "exit 1", outcome: "exit", exit: 1 });
    expect(plan({ expect: ["timeout"] }, c).counted).toMatchObject({ of: "timeout", outcome: "timeout" });
    expect(plan({ expect: ["output=wrong, (sum|total)"] }, c).counted.output).toBe("wrong, (sum|total)");
  });

  test("takes the first expectation that matches, by libc alone where no Go is named", () => {
    const cell = plan({ environments: ["glibc-2.36/go-1.15"] }).cells[0];
    expect(cell?.expectation).toMatchObject({ outcome: "crash", "fault-address": "0xe5" });
  });

  test("with axes has a cell for each combination, named after what varies", () => {
    expect(plan({ environments: ["glibc-2.36"], runOn: ["glibc-*"] }).cells.map(({ id }) => id)).toContain(
      "glibc-2.36:glibc-2.44",
    );
    expect(plan({ environments: ["glibc-2.36"], across: ["variants"] }).cells.map(({ id }) => id)).toContain(
      "glibc-2.36@as-posted",
    );
    expect(plan({ environments: ["glibc-2.36"], perturb: ["one-cpu"] }).cells.map(({ id }) => id)).toEqual([
      "glibc-2.36",
      "glibc-2.36+one-cpu",
    ]);
    const all = plan({ environments: ["glibc-2.3*"], across: ["variants", "link"], perturb: ["all"] }).cells;
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  test("says of an environment alone that it cannot build the program, and costs the others nothing", () => {
    const both = { environments: ["musl-1.2.3", "glibc-2.36"], expect: ["signal=SEGV"] };
    const { cells, comparison } = plan(both, { ...c, language: "c++" });
    expect(cells.map(({ id, unbuildable }) => [id, unbuildable !== undefined])).toEqual([
      ["musl-1.2.3", true],
      ["glibc-2.36", false],
    ]);
    expect(cells[0]?.unbuildable?.remedy).toContain("--env alpine-3.22");
    expect(cells.map(({ expectation }) => expectation?.signal ?? null)).toEqual([null, "SIGSEGV"]);
    expect(comparison).toEqual({ kind: "baseline", baseline: "glibc-2.36" });
    const sanitized = { ...both, build: { sanitize: ["address" as const], link: "dynamic" as const } };
    expect(plan(sanitized).cells[0]?.unbuildable?.why).toMatch(/no sanitizers for musl/);
  });

  test.each<[string, CampaignRequest, Manifest, string]>([
    ["two stop rules", { stop: { runs: 1, for: "1s" } }, c, "--runs and --for exclude each other"],
    ["no runs", { stop: { runs: 0 } }, c, "--runs 0"],
    ["a time without a unit", { stop: { for: "10" } }, c, "--for: '10' is not a duration"],
    ["an unknown variant", { variant: "uncahced" }, golang, "no variant 'uncahced'"],
    ["an unknown baseline", { baseline: "musl-1.2.2" }, golang, "'musl-1.2.2' is not among the environments"],
    ["a user by name", { run: { user: "root" } }, c, "'root' is not a number"],
    ["an unknown condition", { perturb: ["one-cup"] }, c, "no condition 'one-cup'"],
    ["a wrong expectation", { expect: ["signl=SIGSEGV"] }, c, "unknown key 'signl'"],
    [
      "sanitizers in a static program",
      { build: { sanitize: ["address"], link: "static" }, environments: ["glibc-2.36"] },
      c,
      "sanitizers do not work in static",
    ],
    [
      "a command where another libc is the image's own",
      { environments: ["musl-1.2.3"] },
      { ...c, language: "command", sources: [], program: "getent" },
      "cannot be built on musl-1.2.3: the programs in this image are linked to glibc",
    ],
    [
      "a command moved to another image",
      { environments: ["glibc-2.36"], runOn: ["glibc-2.41"] },
      { ...c, language: "command", sources: [], program: "getent" },
      "each image's own",
    ],
    ["unlimited memory", { run: { memory: "unlimited" } }, c, "may not be unlimited"],
    ["too many at a time", { parallel: 1000 }, c, "--parallel 1000"],
    ["Go for a C program", { environments: ["glibc-2.36/go-1.19"] }, c, "this repro is not a Go program"],
    [
      "C++ on musl",
      { environments: ["musl-1.2.3"] },
      { ...c, language: "c++" },
      "there is no C++ library for musl in this image",
    ],
  ])("with %s is refused", (_what, request, manifest, message) => {
    expect(() => plan(request, manifest)).toThrow(
      expect.objectContaining({ kind: "request", message: expect.stringContaining(message) }),
    );
  });
});

describe("an expectation in its short form", () => {
  test.each([
    ["signal=SEGV", { signal: "SIGSEGV" }],
    ["musl-*:clean", { environment: "musl-*", outcome: "clean" }],
    ["glibc-2.36/go-*:exit=1,frame=main.f", { environment: "glibc-2.36/go-*", exit: 1, frame: "main.f" }],
    ["output=a:b,c=d", { output: "a:b,c=d" }],
    ["fault-address=0xe5", { "fault-address": "0xe5" }],
  ])("%s", (text, expectation) => {
    expect(parseExpectation(text)).toEqual(expectation);
  });

  test.each([
    ["clean,exit=1", "no attempt ends as 'clean' with exit=1"],
    ["timeout,signal=SEGV", "no attempt ends as 'timeout' with signal=SIGSEGV"],
    ["exit,exit=0", "no attempt ends as 'exit' with exit=0"],
    ["crash,exit=0", "no attempt ends as 'crash' with exit=0"],
  ])("%s is refused", (text, message) => {
    expect(() => parseExpectation(text)).toThrow(message);
  });

  test.each(["clean,exit=0", "crash,exit=2", "crash,signal=SIGSEGV,exit=2", "exit,exit=3"])(
    "%s may well be",
    (text) => {
      expect(() => parseExpectation(text)).not.toThrow();
    },
  );

  test("of any text is understood or refused, and never throws anything but a Failure", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseExpectation(text);
        } catch (error) {
          expect(error).toMatchObject({ name: "Failure", kind: "request" });
        }
      }),
    );
  });
});
