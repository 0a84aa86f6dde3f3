import { readFile } from "node:fs/promises";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadRepro } from "../../src/manifest/load.js";
import { folderOf, vivarium } from "./command-line.js";

const corpus = new URL("../corpus/issue-forms/", import.meta.url);

/** What a text should give: the program, and what its command lines say of it. */
interface Form {
  readonly program?: false;
  readonly language: string;
  readonly test?: boolean;
  readonly contains: string;
  readonly files?: readonly string[];
  readonly packages?: readonly string[];
  readonly flags?: object;
  readonly run?: object;
}

const forms = readdirSync(corpus).map((name): [string, string] => [
  name.replace(/\.md$/, ""),
  readFileSync(new URL(name, corpus), "utf8"),
]);

test.each(forms)("a report in the form of %s gives a repro without a hand on it", async (_name, file) => {
  const at = file.indexOf("\n---\n");
  const form = parse(file.slice(0, at)) as Form;
  const cwd = await folderOf({ "issue.md": file.slice(at + 5) });
  const { code, stderr } = await vivarium(["new", "it", "--from-issue", "issue.md"], { cwd });
  if (form.program === false) {
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no whole program in it") as string,
    });
    return;
  }
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { manifest, path } = await loadRepro("it", [join(cwd, "repros")], cwd);
  const { language, test: isTest = false, packages = [], sources } = manifest;
  expect({ language, isTest, packages }).toEqual({
    language: form.language,
    isTest: form.test ?? false,
    packages: form.packages ?? [],
  });
  expect(sources.slice(1)).toEqual(form.files ?? []);
  expect(manifest).toMatchObject({ ...form.flags, ...form.run });
  const program = await readFile(join(path, sources[0] as string), "utf8");
  expect(program).toContain(form.contains);
  // Nothing of the text around it.
  expect(program).not.toMatch(/^(?:Compile|Comment|Built|I think|I expected|EOF|<\/?pre>|```|> )/m);
});
