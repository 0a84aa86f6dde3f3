import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
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

test("no page of the folder is forgotten: each is made here or written by hand", () => {
  const byHand = ["example-report.md", "exit-codes.md", "library.md", "shelf.md"];
  const there = readdirSync(new URL("../../docs/reference/", import.meta.url));
  expect(there.filter((name) => !(name in made) && !byHand.includes(name))).toEqual([]);
});
