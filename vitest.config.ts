import { defineConfig } from "vitest/config";

/**
 * Three projects: `unit` needs nothing but Node, `docker` needs a real engine (and fails without one),
 * `cli` runs the built command as a user would. The last two share one engine and two cores, so their files run one
 * after the other.
 */
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
          exclude: ["test/docker/**", "test/cli/**"],
          testTimeout: 30_000,
        },
      },
      { test: { name: "docker", include: ["test/docker/*.test.ts"], ...onEngine } },
      { test: { name: "cli", include: ["test/cli/*.test.ts"], ...onEngine } },
    ],
  },
});
