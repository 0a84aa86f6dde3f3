import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import yargs from "yargs";
import { expect, test } from "vitest";
import { joinedValues } from "../../src/cli/command-line/joined-values.js";
import { verbOf } from "../../src/cli/command-line/mistakes.js";
import { loadVerbs } from "../../src/cli/verbs.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = [
  "README.md",
  ...readdirSync(`${root}docs`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("api/"))
    .map((name) => `docs/${name}`),
];
const verbs = await loadVerbs();

/** What `vivarium debug` understands at gdb's prompt (dockerfiles/container/debug.py). */
const AT_GDB = /^vivarium (?:switch|back) /;

/** Every command line of vivarium that a page shows: in a line of its own, after a prompt, or in running text. */
function commandLines(page: string): string[] {
  const text = readFileSync(`${root}${page}`, "utf8");
  const own = [...text.matchAll(/^(?: {4,}|\$ )(vivarium [a-z].*)$/gm)].map(([, line]) => line ?? "");
  const inline = [...text.matchAll(/`(vivarium [a-z][^`\n]*)`/g)].map(([, line]) => line ?? "");
  return (
    [...own, ...inline]
      .map((line) => line.replace(/ +#.*$/, "").replace(/ +[|<>] .*$/, ""))
      // A verb alone names it; a usage line with its brackets shows its form.
      .filter((line) => line.split(" ").length > 2 && !/…|\$\(|<\w|\[\w/.test(line) && !AT_GDB.test(line))
  );
}

/** As a shell splits it. */
function words(line: string): string[] {
  const output = execFileSync("sh", ["-fc", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  return output.split("\0").slice(1, -1);
}

const shown = pages.flatMap((page) => [...new Set(commandLines(page))].map((line) => [page, line] as const));

test("the pages show commands", () => {
  expect(shown.length).toBeGreaterThan(60);
});

test.each(shown)("%s: `%s` is a command line that vivarium understands", (_, line) => {
  const [name, ...rest] = words(line);
  const verb = verbs.find((each) => verbOf(each) === name);
  expect(verb, `the verb ${name}`).toBeDefined();
  if (verb === undefined || rest.includes("--help")) return;
  let fault: string | null = null;
  yargs([name ?? "", ...joinedValues(rest)])
    .exitProcess(false)
    .parserConfiguration({ "populate--": true, "greedy-arrays": false, "dot-notation": false })
    .option("config", { type: "string" })
    .option("debug", { type: "boolean" })
    .command(
      verb.usage,
      "",
      (own) => verb.options(own as never) as never,
      () => undefined,
    )
    .strict()
    .fail((message: string | null, error?: Error) => {
      fault = message ?? error?.message ?? "unknown";
    })
    .parseSync();
  expect(fault).toBeNull();
});

test("the README names every verb", () => {
  const readme = readFileSync(`${root}README.md`, "utf8");
  for (const verb of verbs) expect(readme).toContain(`vivarium ${verbOf(verb)}`);
});

test("every link of a page leads to a file, and to a heading in it", () => {
  const dead = pages.flatMap((page) => {
    const text = readFileSync(`${root}${page}`, "utf8").replace(/^```[\s\S]*?^```/gm, "");
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? "");
    return links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !leads(page, link))
      .map((link) => `${page}: ${link}`);
  });
  expect(dead).toEqual([]);
});

function leads(page: string, link: string): boolean {
  const [path = "", heading] = link.split("#");
  const target = new URL(path === "" ? page.split("/").at(-1)! : path, `file://${root}${page}`);
  try {
    if (heading === undefined) {
      return readdirSync(new URL(".", target)).length > 0 && exists(target);
    }
    const text = readFileSync(target, "utf8");
    return [...text.matchAll(/^#+ (.*)$/gm)].some(
      ([, title]) =>
        (title ?? "")
          .toLowerCase()
          .replace(/[^\w\- ]/g, "")
          .replace(/ /g, "-") === heading,
    );
  } catch {
    return false;
  }
}

function exists(target: URL): boolean {
  const folder = new URL(target.href.endsWith("/") ? ".." : ".", target);
  const name = decodeURIComponent(target.pathname.replace(/\/$/, "").split("/").at(-1) ?? "");
  return readdirSync(folder).includes(name);
}
