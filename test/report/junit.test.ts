import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { junit } from "../../src/report/junit.js";
import { freeFields, withFreeFields } from "./leaves.js";
import { SAMPLES, sample } from "./samples.js";

const schema = readFileSync(new URL("../corpus/schema/junit.xsd", import.meta.url), "utf8");

async function errorsOf(...documents: string[]) {
  const xml = documents.map((contents, i) => ({ fileName: `${i}.xml`, contents }));
  return (await validateXML({ xml, schema: [{ fileName: "junit.xsd", contents: schema }] })).errors;
}

function cases(xml: string) {
  const { document } = parseHTML(xml.replace(/^<\?xml.*?\?>/, ""));
  return [...document.querySelectorAll("testcase")].map((testcase) => ({
    name: testcase.getAttribute("name"),
    verdict: ["failure", "error"].find((kind) => testcase.querySelector(kind)) ?? "passed",
  }));
}

describe("JUnit XML", () => {
  it("meets its schema", async () => {
    expect(await errorsOf(...SAMPLES.map((name) => junit(sample(name))))).toEqual([]);
  });

  it("is refused by the schema where it is something else", async () => {
    expect(await errorsOf(junit(sample("clean")).replaceAll("testcase", "case"))).not.toEqual([]);
  });

  it("has one case per environment; a missed expectation fails, no verdict is an error", () => {
    expect(cases(junit(sample("flaky-grid"))).filter(({ verdict }) => verdict !== "passed")).toEqual([
      { name: "glibc-2.36/go-1.15", verdict: "failure" },
    ]);
    expect(cases(junit(sample("flaky-grid")))).toHaveLength(6);
    expect(cases(junit(sample("incomplete")))).toEqual([
      { name: "glibc-2.36", verdict: "passed" },
      { name: "musl-1.2.3", verdict: "passed" },
      { name: "glibc-2.44", verdict: "error" },
    ]);
    expect(junit(sample("flaky-grid"))).toContain('tests="6" failures="1" errors="0"');
  });

  it("reads as it did", async () => {
    await expect(junit(sample("incomplete"))).toMatchFileSnapshot("__snapshots__/incomplete.junit.xml");
  });

  it("meets its schema with any text in any field", async () => {
    const result = sample("one-crash");
    const free = freeFields(result);
    const texts = fc.sample(
      fc.oneof(fc.string({ unit: "binary" }), fc.constant("]]>\0\x0b\ufffe<&\"'\ud800")),
      30,
    );
    expect(await errorsOf(...texts.map((text) => junit(withFreeFields(result, free, () => text))))).toEqual(
      [],
    );
  });
});
