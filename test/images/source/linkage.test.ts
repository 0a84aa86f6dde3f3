import { expect, test } from "vitest";
import { buildWants } from "../../../src/images/provide.js";
import { buildScript } from "../../../src/images/source/recipe-script.js";
import type { SourcePin } from "../../../src/manifest/source-recipe.js";
import type { BuildPlan, Cell } from "../../../src/plan/plan.js";
import { loadSourceRecipes } from "../../../src/request/shelves.js";

const pin = { recipe: "musl", version: "1.2.3", patches: [] } as unknown as SourcePin;

test("a libc is built for the one kind of program that is linked to it, and whole where it may be any", async () => {
  const { musl, glibc } = await loadSourceRecipes();
  if (musl === undefined || glibc === undefined) throw new Error("no recipes");
  const script = (link: "static" | "dynamic" | null, recipe = musl): string =>
    buildScript(recipe, pin, { bootstrap: null, link });
  expect(script("static")).toContain("export ONLY=--disable-shared\n");
  expect(script("dynamic")).toContain("export ONLY=--disable-static\n");
  expect(script(null)).toContain("export ONLY=''\n");
  // A static program of glibc loads modules, which are linked to the other half.
  expect(script("static", glibc)).not.toContain("ONLY");
});

test("a program's own build, or its flags, may link as they like", () => {
  const usual = { language: "c", link: "static", cc: "gcc", cflags: [], ldflags: [], command: null };
  const wants = (build: Partial<BuildPlan>): "static" | "dynamic" | undefined =>
    buildWants({
      build: { ...usual, ...build },
      builtIn: { id: "musl@v1.2.3" },
      ranOn: { id: "musl@v1.2.3" },
      run: {},
    } as unknown as Cell).link;
  expect(wants({})).toBe("static");
  expect(wants({ link: "dynamic", cflags: ["-O2", "-pthread"] })).toBe("dynamic");
  expect(wants({ command: "make" })).toBeUndefined();
  expect(wants({ language: "go" })).toBeUndefined();
  expect(wants({ link: "dynamic", ldflags: ["-static"] })).toBeUndefined();
  expect(wants({ ldflags: ["-Wl,-Bdynamic"] })).toBeUndefined();
});
