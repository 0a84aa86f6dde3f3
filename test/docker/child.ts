import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/**
 * Runs a TypeScript module of the tests in a process of its own, one that can be killed. Its arguments are the JSON in the
 * environment variable VIVARIUM_TEST_ARGUMENT; its standard error is ours.
 */
export function spawnModule(module: URL, argument: unknown): ChildProcessByStdio<null, Readable, null> {
  const run = `import { runnerImport } from "vite"; await runnerImport(process.argv[1], { configFile: false, logLevel: "error" });`;
  return spawn(process.execPath, ["--input-type=module", "-e", run, fileURLToPath(module)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, VIVARIUM_TEST_ARGUMENT: JSON.stringify(argument) },
  });
}
