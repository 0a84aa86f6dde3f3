import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { html } from "../../src/report/html.js";
import { backtrace, registerLines } from "../../src/report/evidence/native.js";
import { plots } from "../../src/report/plots.js";
import { freeFields, withFreeFields } from "./leaves.js";
import { SAMPLES, sample } from "./samples.js";

/** Names of elements and attributes of a page: what hostile text must not add to. */
function shape(page: string) {
  const { document } = parseHTML(page);
  const elements = [...document.querySelectorAll("*")];
  return {
    elements: new Set(elements.map(({ localName }) => localName)),
    attributes: new Set(elements.flatMap((element) => [...element.attributes].map(({ name }) => name))),
  };
}

const usual = shape(
  SAMPLES.filter((name) => name !== "hostile")
    .map((name) => html(sample(name)))
    .join(""),
);

describe("the page's markup", () => {
  it.each(SAMPLES)("loads nothing and runs nothing: %s", (name) => {
    const page = html(sample(name));
    expect(page).toContain("default-src &#39;none&#39;");
    const { document } = parseHTML(page);
    const links = [...document.querySelectorAll("[src], link, [href]:not(a), [action]")];
    expect(links).toEqual([]);
    for (const link of document.querySelectorAll("a"))
      expect(link.getAttribute("href")).toMatch(/^(#|https?:\/\/)/);
    const { elements, attributes } = shape(page);
    expect([...elements].filter((element) => !usual.elements.has(element))).toEqual([]);
    expect([...attributes].filter((attribute) => !usual.attributes.has(attribute))).toEqual([]);
  });

  it("gets no element and no attribute from any text in any field", () => {
    const result = sample("flaky-grid");
    const free = freeFields(result);
    const hostile = fc.oneof(
      fc.constantFrom(
        ...[
          "<script>x</script>",
          '" onclick="x',
          "' onclick='x",
          "</pre></details><img src=x>",
          "</title><b>",
          "]]>",
        ],
        ...["&#60;b&#62;", "\u202e", "\0", "<!--", "-->", "</style>", "javascript:x", "$&", "$1", "${x}"],
      ),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 3, maxLength: 3 }), (texts) => {
        let turn = 0;
        const planted = withFreeFields(result, free, () => texts[turn++ % texts.length] ?? "");
        const { elements, attributes } = shape(html(planted));
        expect([...elements].filter((element) => !usual.elements.has(element))).toEqual([]);
        expect([...attributes].filter((attribute) => !usual.attributes.has(attribute))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it("keeps the lines of its evidence", () => {
    const result = sample("one-crash");
    const evidence = result.environments[0]?.signatures[0]?.evidence;
    const { document } = parseHTML(html(result));
    const text = (label: string) =>
      document.querySelector(`pre[aria-label="${label}"]`)?.textContent?.split("\n");
    const [crashed] = evidence?.threads ?? [];
    expect(text("Native backtrace")?.slice(3)).toEqual(crashed && backtrace(crashed, 60));
    expect(text("Registers")).toEqual(registerLines(evidence?.registers ?? {}));
    expect(text("Disassembly")).toHaveLength(evidence?.disassembly.length ?? 0);
    expect(document.querySelector("mark")?.textContent).toMatch(/^=> 0x7f0a3c1d2a5c .*testb/);
    expect(text("stderr")?.[0]).toBe("fatal error: unexpected signal during runtime execution");
  });

  it("is the same each time", () => {
    expect(html(sample("flaky-grid"))).toBe(html(sample("flaky-grid")));
    expect(plots(sample("flaky-grid"))).toEqual(plots(sample("flaky-grid")));
  });

  it("draws what there is to draw", () => {
    expect(Object.keys(plots(sample("flaky-grid")))).toEqual(["grid.svg", "rates.svg", "attempts.svg"]);
    expect(Object.keys(plots(sample("nine-environments")))).toEqual(["rates.svg", "attempts.svg"]);
    expect(plots({ ...sample("clean"), environments: [] })).toEqual({});
    expect(html({ ...sample("clean"), environments: [] })).toContain("no verdict");
  });
});
