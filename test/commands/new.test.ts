import { readFileSync, readdirSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadRepro } from "../../src/manifest/load.js";
import { readIssue } from "../../src/commands/new/issue.js";
import { folderOf, vivarium } from "./command-line.js";

const corpus = new URL("../corpus/issue/", import.meta.url);
const shelf = (cwd: string): string[] => [join(cwd, "repros")];

/** A case: what is to be read, `---`, the issue's text. */
interface Case {
  readonly title: string | null;
  readonly links: string[];
  readonly language: string;
  readonly test: boolean;
  readonly others: number;
  readonly expect: object | null;
  readonly contains: string;
  readonly log: string | null;
}

describe("an issue's text", () => {
  const cases = readdirSync(corpus).map((name) => [
    name.replace(/\.md$/, ""),
    readFileSync(new URL(name, corpus), "utf8"),
  ]);

  test.each(cases)("%s", async (_name, file = "") => {
    const at = file.indexOf("\n---\n");
    const wanted = parse(file.slice(0, at)) as Case;
    const text = file.slice(at + 5);
    const { title, links, program, others, crash } = readIssue(text);
    expect({ title, links, others, language: program?.language, test: program?.test }).toEqual({
      title: wanted.title,
      links: wanted.links,
      others: wanted.others,
      language: wanted.language,
      test: wanted.test,
    });
    expect(program?.text).toContain(wanted.contains);
    expect(crash?.expect ?? null).toEqual(wanted.expect);
    if (wanted.log !== null) expect(crash?.log).toContain(wanted.log);
    else expect(crash).toBeNull();

    // And all of it lands in a repro that `run` reads.
    const cwd = await folderOf({ "issue.md": text });
    const { code, stderr } = await vivarium(["new", "it", "--from-issue", "issue.md"], { cwd });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining("next: vivarium run it\n") as string,
    });
    const { manifest, path } = await loadRepro("it", shelf(cwd), cwd);
    expect(manifest).toMatchObject({ name: "it", language: wanted.language, title: wanted.title });
    expect(manifest.links ?? []).toEqual(wanted.links);
    expect(manifest.expect ?? null).toEqual(wanted.expect === null ? null : [wanted.expect]);
    expect(manifest.test ?? false).toBe(wanted.test);
    expect(await readFile(join(path, manifest.sources[0] as string), "utf8")).toBe(program?.text);
  });

  test("from standard input", async () => {
    const cwd = await folderOf();
    const stdin = "# it hangs\n\n```c\nint main(void) { for (;;); }\n```\n";
    expect((await vivarium(["new", "hang", "--from-issue", "-"], { cwd, stdin })).code).toBe(0);
    expect((await loadRepro("hang", shelf(cwd), cwd)).manifest.title).toBe("it hangs");
  });

  test("with hostile characters gives a manifest that shows them", async () => {
    const cwd = await folderOf();
    const stdin = `# \u001b[31mred\u0007: {a: "b", c: 'd'} # \u202e & *x\n\n\`\`\`c\nint main(void) { return 0; }\n\`\`\`\n`;
    expect((await vivarium(["new", "x", "--from-issue", "-"], { cwd, stdin })).code).toBe(0);
    const { manifest } = await loadRepro("x", shelf(cwd), cwd);
    expect(manifest.title).toBe(`red␇: {a: "b", c: 'd'} # \\u{202e} & *x`);
  });

  test("without a program says how to give one", async () => {
    const cwd = await folderOf({ "issue.md": "# it crashes\n\n```\nSegmentation fault\n```\n" });
    const { code, stderr } = await vivarium(["new", "x", "--from-issue", "issue.md"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /no whole program in it.*\n {2}save the program as a file, and give it with --from FILE/,
    );
    expect(await readdir(cwd)).toEqual(["issue.md"]);
  });
});

describe("a new repro", () => {
  test.each([
    ["c", "main.c"],
    ["c++", "main.cc"],
    ["go", "main.go"],
  ])("in %s has a program to replace and a manifest that is read", async (language, file) => {
    const cwd = await folderOf();
    const { code, stdout } = await vivarium(["new", "mine", "--language", language], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `repros/mine/repro.yaml\nrepros/mine/${file}\n` });
    const { manifest } = await loadRepro("mine", shelf(cwd), cwd);
    expect(manifest).toMatchObject({ name: "mine", language, sources: [file], link: "static" });
  });

  test("what its manifest has commented out is right as well", async () => {
    const cwd = await folderOf();
    await vivarium(["new", "mine"], { cwd });
    const text = await readFile(join(cwd, "repros/mine/repro.yaml"), "utf8");
    const uncommented = text
      .split("\n")
      .map((line) => (/^# ( *[a-z+]+:| {2})/.test(line) ? line.slice(2) : line))
      .join("\n");
    const files = { "r/repro.yaml": uncommented, "r/main.c": "", "r/nsswitch.conf": "", "r/input.txt": "" };
    const folder = await folderOf(files);
    const { manifest } = await loadRepro("r", [folder], folder);
    const keys = ["links", "cc", "cflags", "ldflags", "sanitize", "run", "files", "variants", "expect"];
    expect(Object.keys(manifest)).toEqual(expect.arrayContaining(keys));
  });

  test("of a file holds the file", async () => {
    const source = "int main(void) { return 3; }\n";
    const cwd = await folderOf({ "sub/three.c": source });
    expect((await vivarium(["new", "three", "--from", "sub/three.c"], { cwd })).code).toBe(0);
    const { manifest, path } = await loadRepro("three", shelf(cwd), cwd);
    expect(manifest).toMatchObject({ name: "three", title: "three", sources: ["three.c"] });
    expect(await readFile(join(path, "three.c"), "utf8")).toBe(source);
  });

  test("overwrites nothing", async () => {
    const cwd = await folderOf({ "repros/mine/notes.txt": "mine" });
    const { code, stderr } = await vivarium(["new", "mine"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("repros/mine is there already, and is not overwritten");
    expect(await readdir(join(cwd, "repros/mine"))).toEqual(["notes.txt"]);
  });

  test.each(["../out", "My Crash", "a/b", ""])("is refused the name '%s'", async (name) => {
    const cwd = await folderOf();
    const { code, stderr } = await vivarium(["new", name], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/invalid repro name.*\n {2}for example: vivarium new [a-z]/s);
    expect(await readdir(cwd)).toEqual([]);
  });
});
