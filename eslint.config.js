import js from "@eslint/js";
import ts from "typescript-eslint";
import { rooms } from "./scripts/lint/rooms.mjs";

/** The rooms of src/ in the order in which data flows: each may import itself and the ones before it. */
const order = [
  "failure.ts",
  "settled.ts",
  "user-cache.ts",
  "text",
  "progress",
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
  // Pure: what a campaign of holds looks for next.
  "search/strategy",
  "campaign",
  "search",
  "cli",
  "commands",
  // What calls the verbs, in the folder that holds what they share.
  "cli/verbs.ts",
  "cli/dispatch.ts",
  "cli/main.ts",
  "index.ts",
  "cli.ts",
];

/** No clock, no file, no network: what these say depends on what they are given alone. */
const pure = ["plan", "crash", "stats", "result", "report", "text", "search/strategy", "search/model"];
const machine = [
  "fs",
  "net",
  "http",
  "http2",
  "https",
  "tls",
  "dgram",
  "dns",
  "os",
  "process",
  "child_process",
  "worker_threads",
  "perf_hooks",
  "timers",
  "execa",
  "tar-fs",
];
const isPure = "This room is pure (no clock, file or network):";

export default ts.config(
  { ignores: ["dist", "coverage", "node_modules", ".vivarium", "docs", "bench"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Hostile output is full of control characters, and so are the patterns that find them.
      "no-control-regex": "off",
    },
  },
  {
    // What only the types tell: a promise that nobody awaits is an error that nobody sees.
    files: ["src/**/*.ts", "test/**/*.ts"],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/prefer-promise-reject-errors": "error",
      "@typescript-eslint/return-await": "error",
      "@typescript-eslint/no-base-to-string": "error",
      "@typescript-eslint/no-deprecated": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    plugins: { vivarium: { rules: { rooms } } },
    rules: {
      "vivarium/rooms": ["error", { order, pure, machine, owned: { dockerode: "docker" } }],
      complexity: ["error", 15],
      "max-depth": ["error", 4],
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "exit", message: "Only src/cli.ts ends the process." },
      ],
    },
  },
  {
    files: pure.map((folder) => `src/${folder}/**/*.ts`),
    rules: {
      "no-restricted-globals": [
        "error",
        ...["process", "performance", "fetch", "setTimeout", "setInterval", "setImmediate"].map((name) => ({
          name,
          message: `${isPure} pass in what it needs of ${name}.`,
        })),
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: `${isPure} pass the time in.` },
        { object: "Math", property: "random", message: `${isPure} pass the seed in.` },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: `${isPure} pass the time in.`,
        },
        { selector: "CallExpression[callee.name='Date']", message: `${isPure} pass the time in.` },
      ],
    },
  },
  { files: ["src/cli.ts"], rules: { "no-restricted-properties": "off" } },
  // A figure is one declaration, and reads best in one piece.
  {
    files: ["src/report/**/plot*/*.ts", "src/report/**/plot.ts"],
    rules: { "max-lines-per-function": "off" },
  },
);
