import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { undescribed, type Schema } from "../../scripts/reference/schema.js";
import { jsonSchemas } from "../../src/result/json-schema.js";
import { pages } from "../../scripts/reference/pages.js";

const made = await pages();

// `npm run reference` writes them.
test.each(Object.entries(made))("docs/reference/%s says what the code says", async (name, text) => {
  await expect(text).toMatchFileSnapshot(`../../docs/reference/${name}`);
});

test("the page of commands names every verb's flags, with what they are for", () => {
  const text = made["commands.md"] ?? "";
  expect(text).toContain("| `--until-crashes` |");
  expect(text).toMatch(/\| `-e`, `--env`, `--environment` \| list \| \S/);
  expect(text).not.toMatch(/\| *\|$/m);
});

test.each(Object.entries(jsonSchemas()))("every field of %s says what it is", (_, schema) => {
  expect([...undescribed(schema as Schema, schema as Schema)]).toEqual([]);
});

test.each(Object.entries(made))(
  "docs/reference/%s: its links within the page lead to its headings",
  (_, text) => {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, link]) => link);
    expect(links.filter((link) => !headings.includes(link ?? ""))).toEqual([]);
    expect(new Set(headings).size).toBe(headings.length);
  },
);

test("no page of the folder is forgotten: each is made here or written by hand", () => {
  const byHand = ["example-report.md", "exit-codes.md", "library.md", "shelf.md"];
  const there = readdirSync(new URL("../../docs/reference/", import.meta.url));
  expect(there.filter((name) => !(name in made) && !byHand.includes(name))).toEqual([]);
});
