import js from "@eslint/js";
import boundaries from "eslint-plugin-boundaries";
import ts from "typescript-eslint";

/**
 * The stages of DESIGN.md, in the order in which data flows. A stage may import the ones before it. `plan`, `crash`,
 * `stats` and `report` are pure: no clock, no file, no network.
 */
const stages = ["manifest", "plan", "docker", "images", "run", "crash", "stats", "report"];
const pure = ["plan", "crash", "stats", "report"];

export default ts.config(
  { ignores: ["dist", "coverage", "node_modules", ".vivarium", "docs"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    files: ["src/**/*.ts"],
    plugins: { boundaries },
    settings: {
      "import/resolver": { typescript: { project: "tsconfig.json" } },
      "boundaries/include": ["src/**/*"],
      "boundaries/elements": [
        { type: "failure", pattern: "src/failure.ts", mode: "full" },
        { type: "progress", pattern: "src/progress/*.ts", mode: "full" },
        ...stages.map((stage) => ({ type: stage, pattern: `src/${stage}/**/*.ts`, mode: "full" })),
        { type: "commands", pattern: "src/commands/**/*.ts", mode: "full" },
        { type: "entry", pattern: ["src/cli.ts", "src/index.ts"], mode: "full" },
      ],
    },
    rules: {
      "boundaries/element-types": [
        "error",
        {
          default: "disallow",
          message: "${file.type} may not import ${dependency.type}: data flows one way (DESIGN.md)",
          rules: [
            { from: "progress", allow: ["progress", "failure"] },
            ...stages.map((stage, i) => ({
              from: stage,
              allow: ["failure", "progress", ...stages.slice(0, i + 1)],
            })),
            { from: "commands", allow: ["failure", "progress", "commands", ...stages] },
            { from: "entry", allow: ["failure", "progress", "commands", "entry", ...stages] },
          ],
        },
      ],
      "no-restricted-imports": [
        "error",
        { paths: [{ name: "dockerode", message: "Only src/docker imports dockerode." }] },
      ],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "exit", message: "Only src/cli.ts ends the process." },
      ],
      "no-control-regex": "off",
    },
  },
  {
    files: pure.map((stage) => `src/${stage}/**/*.ts`),
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: [
                "node:fs*",
                "node:net",
                "node:http*",
                "node:child_process",
                "execa",
                "dockerode",
                "node:timers*",
              ],
              message: "This stage is pure: no clock, no file, no network.",
            },
          ],
        },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "This stage is pure: pass the time in." },
        { object: "Math", property: "random", message: "This stage is pure: pass the seed in." },
        { object: "process", property: "exit", message: "Only src/cli.ts ends the process." },
      ],
    },
  },
  {
    files: ["src/docker/**/*.ts"],
    rules: { "no-restricted-imports": "off" },
  },
  {
    files: ["src/cli.ts"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
);
