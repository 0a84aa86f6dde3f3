import { defineConfig } from "vitest/config";

/**
 * Five projects: `unit` needs nothing but Node, `browser` a Chromium on PATH, `docker` a real engine (both fail without),
 * `cli` runs the built command as a user would, `trust` the same under faults, signals, full disks and fuzz (a part of
 * what `npm run test:trust` does). The last three share one engine and two cores, so their files run one after the other,
 * and the projects take turns.
 */
const inTurn = (groupOrder: number) => ({ sequence: { groupOrder } });
const onEngine = {
  testTimeout: 300_000,
  hookTimeout: 900_000,
  fileParallelism: false,
  maxWorkers: 1,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/browser/**",
            "test/docker/**",
            "test/cli/**",
            "test/trust/**",
            "test/full/**",
            "test/podman/**",
            "test/rootless/**",
          ],
          testTimeout: 30_000,
          ...inTurn(0),
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...inTurn(1),
        },
      },
      { test: { name: "docker", include: ["test/docker/*.test.ts"], ...onEngine, ...inTurn(2) } },
      { test: { name: "cli", include: ["test/cli/*.test.ts"], ...onEngine, ...inTurn(3) } },
      { test: { name: "trust", include: ["test/trust/*.test.ts"], ...onEngine, ...inTurn(4) } },
    ],
  },
});
