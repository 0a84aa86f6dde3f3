import { expect, test } from "vitest";
import { BUILD_LIMITS, MOST_SECONDS, secondsToBuild } from "../../../src/search/candidate/build-limit.js";

test("a candidate may take ten times what the whole program took, and two minutes in any case", () => {
  expect(secondsToBuild(300, BUILD_LIMITS)).toBe(120);
  expect(secondsToBuild(12_000, BUILD_LIMITS)).toBe(120);
  expect(secondsToBuild(40_000, BUILD_LIMITS)).toBe(400);
});

test("no candidate may take longer than any build may", () => {
  expect(secondsToBuild(20 * 60_000, BUILD_LIMITS)).toBe(MOST_SECONDS);
});
