import { describe } from "vitest";
import { testCase } from "../docker/case.js";
import { cases } from "../docker/cases.js";

/** The whole table of test/docker/cases.ts; CI runs the small ones. */
describe("public reports, as their reporters would try them", () => {
  for (const each of cases) testCase(each);
});
