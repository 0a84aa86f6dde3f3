import { describe } from "vitest";
import { cases } from "./cases.js";
import { testCase } from "./case.js";

describe.concurrent("public reports, as their reporters would try them", () => {
  for (const each of cases.filter(({ small }) => small === true)) testCase(each);
});
