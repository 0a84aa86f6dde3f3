import { defineConfig } from "vitest/config";

/**
 * `npm run test:swarm`: campaigns over machines at full size, with the machines killed, cut off and parted while they run. Apart from `npm test`,
 * which has a small part of it (test/docker/swarm-jobs.test.ts, test/docker/several-engines.test.ts). Takes root, dockerd, docker-registry, iproute2.
 */
export default defineConfig({
  test: {
    name: "swarm",
    include: ["test/swarm/**/*.test.ts"],
    testTimeout: 7_200_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    maxWorkers: 1,
    execArgv: ["--expose-gc"],
  },
});
