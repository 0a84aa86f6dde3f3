import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonSchemas, schemaText } from "../../src/result/json-schema.js";
import { json } from "../../src/report/json.js";
import { freeFields, withFreeFields } from "./leaves.js";
import { SAMPLES, sample } from "./samples.js";

function validator(name: string) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv.compile(jsonSchemas()[name] ?? {});
}

describe("result.json", () => {
  it.each(SAMPLES)("meets its published schema, and reads back as it was: %s", (name) => {
    const result = sample(name);
    const validate = validator("result.schema.json");
    const written: unknown = JSON.parse(json(result));
    validate(written);
    expect(validate.errors).toBeNull();
    expect(written).toEqual(result);
    expect(json(written as typeof result)).toBe(json(result));
  });

  it("is refused where it is no result, by us and by the schema", () => {
    const wrong = { ...sample("one-crash"), schema: "vivarium/result/2" };
    expect(() => json(wrong as never)).toThrow(/vivarium\/result\/1/);
    expect(validator("result.schema.json")(wrong)).toBe(false);
    expect(validator("result.schema.json")({ ...sample("one-crash"), more: 1 })).toBe(false);
  });

  it("holds any text", () => {
    const result = sample("one-crash");
    const free = freeFields(result);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const planted = withFreeFields(result, free, () => text);
        expect(JSON.parse(json(planted))).toEqual(planted);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the schemas in schemas/", () => {
  it.each(Object.entries(jsonSchemas()))("%s is current (else: npm run schemas)", (name, schema) => {
    const file = new URL(`../../schemas/${name}`, import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(schemaText(schema));
  });
});
