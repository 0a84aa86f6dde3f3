import { defineConfig } from "vitest/config";

/** What only control groups can do, which a rootless engine has with cgroup v2 and systemd alone. */
const CGROUPS = [
  "bounds processes and memory",
  "reports what the engine warns of",
  "for want of memory",
  "no more of the CPUs than there are",
  "has bounds on memory",
  "memory-bomb",
];

/**
 * `npm run test:rootless`: the main job and its neighbours by an ordinary user on a rootless Docker, and the tests of containers, of the
 * runner and of hostile programs. Apart from `npm test`, because rootlesskit, uidmap and slirp4netns need not be there.
 */
export default defineConfig({
  test: {
    name: "rootless",
    globalSetup: "test/rootless/setup.ts",
    include: [
      "test/rootless/*.test.ts",
      "test/docker/engine-container.test.ts",
      "test/docker/runner-attempts.test.ts",
      "test/docker/runner-privileges.test.ts",
      "test/docker/hostile-programs.test.ts",
    ],
    testNamePattern: new RegExp(`^(?!.*(${CGROUPS.join("|")}))`),
    testTimeout: 900_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
});
