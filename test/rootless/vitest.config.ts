import { defineConfig } from "vitest/config";

/** What only control groups can do, which a rootless engine has with cgroup v2 and systemd alone. */
const CGROUPS = ["bounds processes and memory", "reports what the engine warns of", "for want of memory"];

/**
 * `npm run test:rootless`: the main job and its neighbours by an ordinary user on a rootless Docker, and the tests of containers and of the
 * runner. Apart from `npm test`, because rootlesskit, uidmap and slirp4netns need not be there.
 */
export default defineConfig({
  test: {
    name: "rootless",
    globalSetup: "test/rootless/setup.ts",
    include: [
      "test/rootless/*.test.ts",
      "test/docker/engine-container.test.ts",
      "test/docker/runner-attempts.test.ts",
    ],
    testNamePattern: new RegExp(`^(?!.*(${CGROUPS.join("|")}))`),
    testTimeout: 900_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
});
