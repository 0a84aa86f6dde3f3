import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { folderOf, vivarium } from "../commands/command-line.js";

const corpus = new URL("../corpus/issue-forms/", import.meta.url);
const forms = readdirSync(corpus).map((name): [string, string] => [
  name.replace(/\.md$/, ""),
  readFileSync(new URL(name, corpus), "utf8"),
]);

/** What test/commands/issue-forms.test.ts reads out of these texts is a program that builds, with nothing changed by hand. */
test.each(forms.filter(([, text]) => !/^program: false$/m.test(text)))(
  "a report in the form of %s gives a repro that builds",
  async (_name, file) => {
    const cwd = await folderOf({ "issue.md": file.slice(file.indexOf("\n---\n") + 5) });
    expect((await vivarium(["new", "it", "--from-issue", "issue.md"], { cwd })).code).toBe(0);
    const { code, stdout, stderr } = await vivarium(["build", "it", "--env", "glibc-2.36"], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^glibc-2\.36 {2}sha256:[0-9a-f]{64} {2}[0-9a-f]{64}$/m);
  },
);
