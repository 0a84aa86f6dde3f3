import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DIALECTS, textSize } from "../../src/report/markdown/dialect.js";
import { LEVELS } from "../../src/report/markdown/detail.js";
import { markdown } from "../../src/report/markdown.js";
import { listed } from "../../src/text/numbers.js";
import { freeFields, withFreeFields } from "./leaves.js";
import { rendered, searchedText } from "./rendered.js";
import { SAMPLES, sample } from "./samples.js";

const dialects = Object.values(DIALECTS);
const everywhere = SAMPLES.flatMap((name) => dialects.map((dialect) => ({ name, dialect })));

/** What a reader must never meet in a rendered report, whatever the program printed. */
function expectHarmless(text: string, links: readonly string[]) {
  const document = rendered(text);
  expect(
    document.querySelectorAll("script, img, svg, iframe, style, h1, h2, form, input, object").length,
  ).toBe(0);
  const attributes = [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes]);
  expect(
    attributes.map(({ name }) => name).filter((name) => !["class", "href", "style"].includes(name)),
  ).toEqual([]);
  for (const link of document.querySelectorAll("a")) expect(links).toContain(link.getAttribute("href"));
  const searched = searchedText(document);
  expect(searched).not.toMatch(/(^|[^\w])@[\w-]/);
  expect(searched).not.toMatch(/(^|[^\w&])[#!%~$][\w"]|GH-\d/i);
  expect(searched).not.toMatch(/:\/\/|www\./);
  // GitLab runs lines such as "/close" wherever its own pattern sees no code.
  expect(text).not.toMatch(/^\/\w/m);
  expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  return document;
}

describe("a report for a tracker", () => {
  it.each(everywhere)("fits $dialect.name, whole and harmless: $name", ({ name, dialect }) => {
    const result = sample(name);
    const text = markdown(result, dialect);
    if (dialect.limit !== null) expect(textSize(text)).toBeLessThanOrEqual(dialect.limit);
    const document = expectHarmless(text, result.plan.repro.links);
    expect(document.querySelectorAll("details").length).toBe(text.match(/^<details>/gm)?.length ?? 0);
    expect(document.querySelectorAll("details").length > 0).toBe(dialect.folds);
    const [environments] = document.querySelectorAll("table");
    expect(environments?.querySelectorAll("tbody tr").length).toBe(result.environments.length);
    for (const row of document.querySelectorAll("tr")) {
      const head = row.closest("table")?.querySelectorAll("th").length;
      expect(row.children.length).toBe(head);
    }
    expect([...document.querySelectorAll("pre")].map((pre) => pre.textContent).join("\n")).toContain(
      "vivarium run golang-13470",
    );
    expect(document.body.firstElementChild?.localName).toBe("p");
  });

  it.each(["one-crash", "nine-environments", "flaky-grid", "clean", "incomplete"] as const)(
    "reads as it did: %s",
    async (name) => {
      await expect(markdown(sample(name), DIALECTS.github)).toMatchFileSnapshot(
        `__snapshots__/${name}.github.md`,
      );
      await expect(markdown(sample(name), DIALECTS.bugzilla)).toMatchFileSnapshot(
        `__snapshots__/${name}.bugzilla.md`,
      );
    },
  );

  it("shows a whole crash in a session that reads like gdb's", () => {
    const document = rendered(markdown(sample("one-crash"), DIALECTS.github));
    const fold = [...document.querySelectorAll("details")].find((details) =>
      details.querySelector("summary")?.textContent?.startsWith("At the fault, in gdb"),
    );
    const lines = fold?.querySelector("pre")?.textContent?.split("\n") ?? [];
    expect(lines).toContain("SIGSEGV (11), SEGV_MAPERR (1), at address 0xe5");
    expect(lines.find((line) => line.startsWith("#0"))).toMatch(
      /^#0 {2}0x00007f0a3c1d2a5c in internal_getpwuid_r \(.*uid=0.*\) at nss_compat\/compat-pwd\.c:920$/,
    );
    expect(lines).toContain("=> 0x7f0a3c1d2a5c <internal_getpwuid_r+732>:  testb  $0x20,0x1(%rcx,%rdx,2)");
  });

  it("says what it left out, in the stated order, and cuts no fence", () => {
    const text = markdown(sample("hostile"), DIALECTS.bugzilla);
    const left = /Shortened to fit Bugzilla\. Left out: (.*)\. All of it is in result\.json\./.exec(
      text,
    )?.[1];
    const steps = LEVELS.at(-1)?.leftOut ?? [];
    expect(steps.map((_step, i) => listed(steps.slice(0, i + 1)))).toContain(left);
    const last = rendered(text).body.lastElementChild;
    expect(last?.localName).toBe("p");
    expect(last?.textContent).toContain("Shortened to fit");
    expect(markdown(sample("hostile"), DIALECTS.plain)).not.toContain("Shortened");
  });

  it("keeps code apart from code and from escaped backticks next to it", () => {
    const result = sample("one-crash");
    const warnings = ["`one``two` `three````four`", "x` `a` @x", "``` ```"];
    const document = rendered(markdown({ ...result, warnings }, DIALECTS.github));
    const items = [...document.querySelectorAll("li")].map((item) =>
      item.textContent?.replaceAll("\u200b", ""),
    );
    expect(items).toContain("onetwo three``four");
    expectHarmless(markdown({ ...result, warnings }, DIALECTS.github), result.plan.repro.links);
  });

  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...[
            "```",
            "````",
            "~~~",
            "\n",
            "\n\n",
            "`",
            "|",
            "\\",
            "\\|",
            "<",
            ">",
            "</details>",
            "<b>",
            "<!--",
          ],
          ...[
            "@root",
            "#1",
            "GH-1",
            "!1",
            "~x",
            "$1",
            "%2",
            "&3",
            "fixes #1",
            "/close\n",
            "- ",
            "1. ",
            "# ",
            "> ",
          ],
          ...[
            "https://e.example/1",
            "www.e.example",
            "[a](b)",
            "![a](b)",
            "[x]: y",
            "\u202e",
            "\x1b[0m",
            "\r",
            "\0",
          ],
          ...["a@b.example", "http://", "&#64;x", "&lt;i&gt;", "_", "*", "**", "==", "\t", "    ", "\u2028"],
        ),
        fc.string({ unit: "binary", maxLength: 6 }),
      ),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join(""));

  it("is harmless and fits with any text in any field", () => {
    const result = sample("one-crash");
    const free = freeFields(result);
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 5, maxLength: 5 }),
        fc.constantFrom(...dialects),
        (texts, dialect) => {
          let turn = 0;
          const planted = withFreeFields(result, free, () => texts[turn++ % texts.length] ?? "");
          const text = markdown(
            { ...planted, plan: { ...planted.plan, repro: { ...planted.plan.repro, links: [] } } },
            dialect,
          );
          expectHarmless(text, []);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("fits even where everything is as long and as many as it can be", () => {
    const grid = sample("flaky-grid");
    const result = withFreeFields(grid, freeFields(grid), (text) => `${text}${"`|<漢".repeat(400)}`);
    const environments = Array.from({ length: 10 }, (_, i) =>
      result.environments.map((environment) => ({ ...environment, id: `${i}${environment.id}` })),
    ).flat();
    const infra = Array.from({ length: 500 }, (_, i) => ({
      where: "x".repeat(999),
      attempt: i,
      message: "<".repeat(9999),
    }));
    for (const dialect of dialects) {
      const text = markdown({ ...result, environments, infra }, dialect);
      if (dialect.limit !== null) expect(textSize(text)).toBeLessThanOrEqual(dialect.limit);
      expectHarmless(text, result.plan.repro.links);
    }
  });
});
