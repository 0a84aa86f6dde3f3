import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const page = readFileSync("docs/troubleshooting.md", "utf8");
/** What vivarium says, as its sources have it: a value that is put in is `…`, here and on the page. */
const said = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(`src/${file}`, "utf8"))
  .join("\n");

/** Messages of the page's table; those of compilers are not ours. */
const messages = page
  .split("\n")
  .filter((line) => line.startsWith("| `") && !line.includes("(in a build)"))
  .map((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? "");

test("the page has messages", () => {
  expect(messages.length).toBeGreaterThan(8);
});

test.each(messages)("'%s' is what vivarium says", (message) => {
  for (const part of message.split("…").map((each) => each.trim()))
    expect(said.includes(part), part).toBe(true);
});
