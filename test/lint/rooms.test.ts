import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import ts from "typescript-eslint";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The project's own configuration; what only types tell is left out, for these files are none of the project's. */
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [
    { files: ["**/*.ts"], languageOptions: { parserOptions: { project: null } } },
    { files: ["**/*.ts"], ...ts.configs.disableTypeChecked },
    {
      rules: {
        "@typescript-eslint/no-unused-vars": "off",
        "@typescript-eslint/no-unused-expressions": "off",
      },
    },
  ],
});

/** The rules that a file of that path and text breaks. */
async function broken(path: string, text: string): Promise<string[]> {
  const [report] = await eslint.lintText(`${text}\n`, { filePath: `${root}/src/${path}` });
  return (report?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

it.each([
  ["plan/x.ts", 'import { a } from "../docker/engine.js";', "a later room"],
  ["plan/x.ts", 'import type { A } from "../docker/engine.js";', "a type of a later room"],
  ["plan/deep/x.ts", 'export * from "../../run/campaign.js";', "an export from a later room"],
  [
    "plan/x.ts",
    'export const a = () => import("../docker/engine.js");',
    "a later room, when it is asked for",
  ],
  ["plan/x.ts", 'export type A = import("../docker/engine.js").A;', "a type by import()"],
  ["commands/x.ts", 'import { main } from "../cli/main.js";', "what calls the verbs"],
  ["run/x.ts", 'import { a } from "../index.js";', "the library's front"],
  ["run/x.ts", 'import Docker from "dockerode";', "dockerode outside docker/"],
  ["search/strategy/x.ts", 'import { readFile } from "node:fs/promises";', "a file"],
  ["crash/read/x.ts", 'export const fs = () => import("node:fs");', "a file, when it is asked for"],
  ["report/x.ts", 'import { env } from "node:process";', "the process"],
  ["run/x.ts", "export const load = (path: string) => import(path);", "a path that is not written down"],
  ["util/x.ts", "export const a = 1;", "a room that has no place"],
])("%s may not hold: %s (%s)", async (path, text) => {
  expect(await broken(path, text)).toEqual(["vivarium/rooms"]);
});

it.each([
  ["export const now = new Date();", "no-restricted-syntax"],
  ["export const now = Date();", "no-restricted-syntax"],
  ["export const now = Date.now();", "no-restricted-properties"],
  ["export const draw = Math.random();", "no-restricted-properties"],
  ["export const home = process.env.HOME;", "no-restricted-globals"],
  ["export const since = performance.now();", "no-restricted-globals"],
  ["setTimeout(() => {}, 1);", "no-restricted-globals"],
  ['export const page = fetch("https://example.org");', "no-restricted-globals"],
])("a pure room may not hold: %s", async (text, rule) => {
  for (const room of [
    "plan",
    "crash/read",
    "stats",
    "result",
    "report",
    "text",
    "search/strategy",
    "search/model",
  ]) {
    expect(await broken(`${room}/x.ts`, text)).toEqual([rule]);
  }
  expect(await broken("run/x.ts", text)).toEqual([]);
});

it.each([
  [
    "plan/x.ts",
    'import { a } from "../manifest/load.js";\nexport const at = (ms: number) => [a, new Date(ms)];',
  ],
  ["docker/x.ts", 'import Docker from "dockerode";\nexport { Docker };'],
  ["cli/verbs.ts", 'export const run = () => import("../commands/run.js");'],
  ["search/strategy/x.ts", 'import type { Plan } from "../../plan/plan.js";\nexport type A = Plan;'],
  ["stats/x.ts", 'import { createHash } from "node:crypto";\nexport { createHash };'],
])("%s may hold: %s", async (path, text) => {
  expect(await broken(path, text)).toEqual([]);
});
