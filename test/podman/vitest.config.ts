import { defineConfig } from "vitest/config";

/**
 * `npm run test:podman`: the main job on Podman's socket, and the tests of containers and of the runner that Docker's engine passes.
 * Apart from `npm test`, because Podman need not be there. One store and two cores, so one file at a time.
 */
export default defineConfig({
  test: {
    name: "podman",
    globalSetup: "test/podman/setup.ts",
    include: [
      "test/podman/*.test.ts",
      "test/docker/engine-container.test.ts",
      "test/docker/runner-attempts.test.ts",
    ],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
});
