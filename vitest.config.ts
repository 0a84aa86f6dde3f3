import { defineConfig } from "vitest/config";

/**
 * Projects: `unit` needs nothing but Node, `browser` a Chromium on PATH, `docker` a real engine (both fail without), `cli` runs the built
 * command as a user would, `trust` the same under faults, signals, full disks and fuzz (a part of what `npm run test:trust` does), `alone`
 * looks at the whole engine and must find there what it put there.
 *
 * `test/` has the rooms of `src/`. Engine tests lie in `test/docker/` and `test/cli/` themselves; the folders in there mirror `src/docker/`
 * and `src/cli/` and need no engine.
 *
 * On the engine three files run at a time: most of each waits for it. So a test counts what its own process, campaign or engine made, by
 * name or label, and never all that there is; one that cannot do so belongs to `alone`.
 */
const inTurn = (groupOrder: number) => ({ sequence: { groupOrder } });
// Vitest leaves one processor to itself, which needs little of it: on two, half of the machine would be idle.
const allProcessors = { maxWorkers: "100%", ...inTurn(0) };
// In CI, a test that waits for a real engine on a busy machine gets a second try. Vitest names it ("retry x1"): a fault to look into.
const onEngine = {
  retry: process.env["CI"] === undefined ? 0 : 1,
  testTimeout: 300_000,
  hookTimeout: 900_000,
  maxWorkers: 3,
  maxConcurrency: 3,
  ...inTurn(1),
};
const alone = ["test/docker/clean.test.ts", "test/docker/doctor.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/browser/**",
            "test/docker/*.test.ts",
            "test/cli/*.test.ts",
            "test/trust/**",
            "test/full/**",
            "test/swarm/**",
            "test/podman/**",
            "test/rootless/**",
          ],
          // For what hangs: on a busy machine the largest take half a minute.
          testTimeout: 120_000,
          // A worker loads each module once, not once a file: a third less processor time. So a test leaves nothing behind in a module.
          isolate: false,
          setupFiles: ["test/setup.ts"],
          ...allProcessors,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...allProcessors,
        },
      },
      { test: { name: "docker", include: ["test/docker/*.test.ts"], exclude: alone, ...onEngine } },
      { test: { name: "cli", include: ["test/cli/*.test.ts"], ...onEngine } },
      { test: { name: "trust", include: ["test/trust/*.test.ts"], ...onEngine } },
      { test: { name: "alone", include: alone, ...onEngine, maxWorkers: 1, ...inTurn(2) } },
    ],
  },
});
