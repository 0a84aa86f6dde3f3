import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FORMAT_NAMES, formats } from "../../src/report/formats.js";
import { Result } from "../../src/result/result.js";
import { sample } from "../report/samples.js";
import { folderOf, vivarium } from "./command-line.js";

const ID = "20261124-1827-crash-c4vr";
const ENV = { USER: "plantedname" };
const planted: Result = {
  ...sample("nine-environments"),
  warnings: ["seen by plantedname in /home/plantedname/x"],
};

let folder: string;
const home = process.cwd();
beforeEach(async () => {
  folder = await folderOf({ [`.vivarium/campaigns/${ID}/result.json`]: JSON.stringify(planted) });
  // Campaigns are looked for where vivarium is run.
  process.chdir(folder);
});
afterEach(() => process.chdir(home));

const report = (...args: string[]) => vivarium(["report", ...args], { cwd: folder, env: ENV });

describe("vivarium report", () => {
  test.each(FORMAT_NAMES)("--format %s writes it, and nothing of this machine's user", async (format) => {
    const { code, stdout, stderr } = await report("latest", "--format", format);
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(500);
    expect(stdout.endsWith("\n")).toBe(true);
    expect(stdout).not.toContain("plantedname");
    expect(stderr).toMatch(/^redacted: .*; --no-redact keeps everything\n$/);
    if (["json", "sarif"].includes(format)) expect(() => void JSON.parse(stdout)).not.toThrow();
  });

  test("GitHub's Markdown is the default, an id's beginning is enough", async () => {
    const { stdout } = await report(ID.slice(0, 12));
    expect(stdout).toBe((await report("latest", "--format", "github")).stdout);
  });

  test("--no-redact keeps everything", async () => {
    const { code, stdout, stderr } = await report("--no-redact", "--format", "json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(Result.parse(JSON.parse(stdout))).toEqual(planted);
  });

  test("--out writes a file, and nothing on stdout", async () => {
    const { code, stdout } = await report(
      "--no-redact",
      "--format",
      "html",
      "--out",
      join(folder, "it.html"),
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(await readFile(join(folder, "it.html"), "utf8")).toBe(await formats.html.render(planted));
  });

  test("--out where nothing can be written is told", async () => {
    const { code, stderr } = await report("--out", join(folder, "nowhere/it.md"));
    expect(code).toBe(2);
    expect(stderr).toContain("nowhere/it.md: cannot be written: ENOENT");
  });
});

describe("a campaign whose result cannot be read", () => {
  const path = join(".vivarium", "campaigns", ID, "result.json");
  test.each<[what: string, text: string, said: string]>([
    ["no JSON", "{", `${path}: is not JSON`],
    ["another document", "{}", `${path}: schema: `],
    ["an unknown key", JSON.stringify({ ...planted, more: 1 }), 'Unrecognized key: "more"'],
  ])("%s", async (_what, text, said) => {
    folder = await folderOf({ [path]: text });
    process.chdir(folder);
    const { code, stdout, stderr } = await report();
    expect(stderr).toContain(`vivarium: ${path}`);
    expect(stderr).toContain(said);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("one that has not ended says how to end it", async () => {
    folder = await folderOf({ [`.vivarium/campaigns/${ID}/journal.jsonl`]: "" });
    process.chdir(folder);
    const { code, stderr } = await report();
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^vivarium: campaign ${ID} has no result yet\n.*vivarium run --resume ${ID}`),
    );
  });
});
