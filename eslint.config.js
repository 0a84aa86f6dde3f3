import js from "@eslint/js";
import ts from "typescript-eslint";

/**
 * The rooms of src/ in the order in which data flows: each may import the ones before it, and failure.ts, text/ and progress/. Pure
 * rooms touch no clock, file or network. Only docker/ knows dockerode.
 */
const stages = [
  "manifest",
  "plan",
  "docker",
  "images",
  "run",
  "crash",
  "stats",
  "result",
  "report",
  "workspace",
  "request",
  "campaign",
  "search",
  "cli",
  "commands",
];
const pure = ["plan", "crash", "stats", "result", "report"];
const machine = [
  "node:fs",
  "node:fs/*",
  "node:net",
  "node:http*",
  "node:child_process",
  "node:timers*",
  "execa",
];

/** Forbids imports of the named folders under src/, and what else the stage may not touch. */
function layer(name, forbidden, extra = {}) {
  return {
    files: [`src/${name}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths:
            name === "docker" ? [] : [{ name: "dockerode", message: "Only src/docker imports dockerode." }],
          patterns: [
            {
              group: [...forbidden.map((folder) => `../**/${folder}/*`), "../**/cli.js", "../**/index.js"],
              message: `src/${name} may not import a later stage: data flows one way (docs/explanation/architecture.md).`,
            },
            ...(extra.patterns ?? []),
          ],
        },
      ],
      "no-restricted-properties": ["error", exits, ...(extra.properties ?? [])],
    },
  };
}

const exits = { object: "process", property: "exit", message: "Only src/cli.ts ends the process." };
const purity = {
  patterns: [{ group: machine, message: "This stage is pure: no clock, no file, no network." }],
  properties: [
    { object: "Date", property: "now", message: "This stage is pure: pass the time in." },
    { object: "performance", property: "now", message: "This stage is pure: pass the time in." },
    { object: "Math", property: "random", message: "This stage is pure: pass the seed in." },
  ],
};

export default ts.config(
  { ignores: ["dist", "coverage", "node_modules", ".vivarium", "docs", "bench"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...stages.map((stage, i) => layer(stage, stages.slice(i + 1), pure.includes(stage) ? purity : {})),
  layer("text", ["progress", ...stages], purity),
  layer("progress", stages),
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Hostile output is full of control characters, and so are the patterns that find them.
      "no-control-regex": "off",
    },
  },
);
