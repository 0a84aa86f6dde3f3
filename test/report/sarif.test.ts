import { readFileSync } from "node:fs";
import formats from "ajv-formats";
import Ajv04 from "ajv-draft-04";
import fc from "fast-check";
import type { Log } from "sarif";
import { describe, expect, it } from "vitest";
import { sarif } from "../../src/report/sarif.js";
import { freeFields, withFreeFields } from "./leaves.js";
import { SAMPLES, sample } from "./samples.js";

const ajv = new Ajv04.default({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const validate = ajv.compile(
  JSON.parse(readFileSync(new URL("../corpus/schema/sarif-2.1.0.json", import.meta.url), "utf8")),
);

function log(name: Parameters<typeof sample>[0]): Log {
  return JSON.parse(sarif(sample(name))) as Log;
}

describe("SARIF", () => {
  it.each(SAMPLES)("meets the schema of 2.1.0: %s", (name) => {
    validate(log(name));
    expect(validate.errors).toBeNull();
  });

  it("is refused by the schema where a field is wrong", () => {
    const wrong = log("one-crash");
    expect(validate({ ...wrong, version: "2.0.0" })).toBe(false);
  });

  it("has a rule and a result per signature, at the place of the fault", () => {
    const [run] = log("flaky-grid").runs;
    expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual(["3f1c0a9be7d2", "b07e44c1d9a3"]);
    const [first] = run?.results ?? [];
    expect(first?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: "nss_compat/compat-pwd.c" },
      region: { startLine: 921 },
    });
    expect(first?.occurrenceCount).toBe(133);
    expect(first?.stacks?.map(({ message }) => message?.text)).toEqual([
      "the crashing thread, in gdb",
      "the crashing goroutine",
    ]);
    expect(log("clean").runs[0]?.results).toEqual([]);
  });

  it("says that an incomplete campaign was none, and why", () => {
    const [invocation] = log("incomplete").runs[0]?.invocations ?? [];
    expect(invocation?.executionSuccessful).toBe(false);
    expect(invocation?.toolExecutionNotifications?.map(({ message }) => message.text)).toContainEqual(
      expect.stringContaining("ECONNRESET"),
    );
  });

  it("meets the schema with any text in any field", () => {
    const result = sample("one-crash");
    const free = freeFields(result);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        validate(JSON.parse(sarif(withFreeFields(result, free, () => text))));
        expect(validate.errors).toBeNull();
      }),
      { numRuns: 30 },
    );
  });
});
