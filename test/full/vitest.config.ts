import { defineConfig } from "vitest/config";

/**
 * `npm run test:full`: what `npm test` shows in small, at full size, and what takes minutes: builds of whole libcs and Gos, suites of races,
 * searches over long histories. Apart from `npm test`, which has a small part of each. One engine and two cores, so one file at a time.
 */
export default defineConfig({
  test: {
    name: "full",
    include: ["test/full/**/*.test.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    fileParallelism: false,
    maxWorkers: 1,
    passWithNoTests: true,
  },
});
