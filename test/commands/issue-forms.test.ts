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
  /** Path of the program, where the text says it. */
  readonly main?: string;
  /** What is said of files that the text shows, on stderr. */
  readonly says?: readonly string[];
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
  for (const said of form.says ?? []) expect(stderr).toContain(said);
  const [first = ""] = sources;
  // Of a module the folder of the program is told, and its package.
  const inside = form.main ?? (manifest.target === undefined ? first : join(manifest.target, "main.go"));
  const program = await readFile(join(path, inside), "utf8");
  expect(program).toContain(form.contains);
  // Nothing of the text around it.
  expect(program).not.toMatch(/^(?:Compile|Comment|Built|I think|I expected|EOF|<\/?pre>|```|> )/m);
});

test.each([
  ["a folder named as a file of the repro's own", ["repro.yaml/x.go", "issue.md/y.go", "main.go"], "main.go"],
  ["a folder named as the program", ["main.go", "main.go/x.go"], "main.go"],
  ["a file named as the program's folder", ["cmd", "cmd/main.go"], "cmd/main.go"],
  ["a program named as a file of the repro's own", ["issue.md"], "main.go"],
])("an archive with %s comes to the program alone", async (_, names, program) => {
  const content = (name: string): string =>
    /main\.go$|issue\.md$/.test(name) ? "package main\nfunc main() {\n}" : `from ${name}`;
  const archive = names.map((name) => `-- ${name} --\n${content(name)}\n`).join("");
  const cwd = await folderOf({ "issue.md": `Crash\n\n\`\`\`\n${archive}\`\`\`\n` });
  const { code, stdout } = await vivarium(["new", "it", "--from-issue", "issue.md"], { cwd });
  expect({ code, files: stdout.trim().split("\n").sort() }).toEqual({
    code: 0,
    files: ["issue.md", program, "repro.yaml"].map((name) => `repros/it/${name}`).sort(),
  });
  expect(await readFile(join(cwd, `repros/it/${program}`), "utf8")).toContain("func main()");
  expect(await readFile(join(cwd, "repros/it/issue.md"), "utf8")).toContain("Crash");
});

test("two files of the system of one name are both kept", async () => {
  const shown = ["/etc/security/access.conf", "/etc/app/access.conf"].map(
    (path) => `${path}:\n\n\`\`\`\nfrom ${path}\n\`\`\`\n`,
  );
  const program = "```c\nint main(void) { return 0; }\n```\n";
  const cwd = await folderOf({ "issue.md": `Crash\n\n${shown.join("\n")}\n${program}` });
  expect(await vivarium(["new", "it", "--from-issue", "issue.md"], { cwd })).toMatchObject({ code: 0 });
  const { files } = parse(await readFile(join(cwd, "repros/it/repro.yaml"), "utf8")) as {
    files: Record<string, string>;
  };
  const kept = await Promise.all(
    Object.entries(files).map(async ([path, file]) => [
      path,
      await readFile(join(cwd, "repros/it", file), "utf8"),
    ]),
  );
  expect(kept).toEqual([
    ["/etc/security/access.conf", "from /etc/security/access.conf\n"],
    ["/etc/app/access.conf", "from /etc/app/access.conf\n"],
  ]);
});

test("an archive of files writes no file of the repro's own, and none where another's folder is", async () => {
  const files = ["repro.yaml", "issue.md", "../up.txt", "/etc/x", "a", "a/b.go", "main.go"];
  const content = (name: string): string =>
    name === "main.go" ? "package main\nfunc main() {\n}" : `from ${name}`;
  const archive = files.map((name) => `-- ${name} --\n${content(name)}\n`).join("");
  const cwd = await folderOf({ "issue.md": `Crash\n\n\`\`\`\n${archive}\`\`\`\n` });
  const { code, stdout } = await vivarium(["new", "it", "--from-issue", "issue.md"], { cwd });
  expect({ code, files: stdout.trim().split("\n").sort() }).toEqual({
    code: 0,
    files: ["a/b.go", "issue.md", "main.go", "repro.yaml"].map((name) => `repros/it/${name}`),
  });
  expect(await readFile(join(cwd, "repros/it/repro.yaml"), "utf8")).toContain("name: it");
});
