import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sample } from "../report/samples.js";
import { folderOf, vivarium } from "../commands/command-line.js";

const OLD = "20261101-1000-old-aaaa";
const NEW = "20261102-1000-new-bbbb";
const result = (title: string): string => {
  const one = sample("one-crash");
  return JSON.stringify({ ...one, plan: { ...one.plan, repro: { ...one.plan.repro, name: title } } });
};
const campaign = (at: string, id: string, name: string) => ({
  [`${at}.vivarium/campaigns/${id}/result.json`]: result(name),
  [`${at}.vivarium/campaigns/${id}/journal.jsonl`]: "{}\n",
});

/** A project with two campaigns, a folder in it with one of its own, and one without. */
const project = () =>
  folderOf({
    ...campaign("", OLD, "old-one"),
    ...campaign("", NEW, "new-one"),
    ...campaign("sub/", "20261101-1200-sub-cccc", "sub-one"),
    "plain/deep/file.txt": "",
    "downloads/result-of-ci.json": result("downloaded-one"),
    "downloads/it.tar.gz": Buffer.from([0x1f, 0x8b, 8, 0]),
    "running/.vivarium/campaigns/20261103-1000-run-dddd/journal.jsonl": "{}\n",
  });

const report = async (folder: string, at: string, named: string) =>
  vivarium(["report", named, "--format", "plain"], { cwd: join(folder, at), env: {} });

test.each([
  ["where it was run", "", "latest", "new-one"],
  ["from a folder below", "plain/deep", "latest", "new-one"],
  ["the nearest folder's own first", "sub", "latest", "sub-one"],
  ["past a folder's own, by its id", "sub", OLD, "old-one"],
  ["by the end of its id", "plain", "aaaa", "old-one"],
  ["by its folder", "", `.vivarium/campaigns/${OLD}`, "old-one"],
  ["by its folder's name, in the folder of campaigns", ".vivarium/campaigns", OLD, "old-one"],
  ["as the folder that one is in", `.vivarium/campaigns/${OLD}`, ".", "old-one"],
  ["by its result", "plain", `../.vivarium/campaigns/${OLD}/result.json`, "old-one"],
  ["by another file of it", "", `.vivarium/campaigns/${OLD}/journal.jsonl`, "old-one"],
  ["as the newest of another folder", "plain", "../sub", "sub-one"],
  ["as a result document alone", "", "downloads/result-of-ci.json", "downloaded-one"],
])("a campaign is found %s", async (_how, at, named, name) => {
  const { code, stdout, stderr } = await report(await project(), at, named);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toContain(name);
});

test.each([
  [
    "",
    "nosuch",
    "no campaign 'nosuch' in .vivarium/campaigns here or in a folder above",
    `There are: ${NEW}, ${OLD}.`,
  ],
  ["", "plain/none", "there is no such file or folder", "its result.json"],
  ["", "plain", "'plain' is not a campaign's folder", "its result.json"],
  ["", "plain/deep/file.txt", "neither a campaign nor a result document", "its result.json"],
  ["downloads", "it.tar.gz", "'it.tar.gz' is a bundle", "vivarium verify it.tar.gz"],
  [
    "running",
    "latest",
    "campaign 20261103-1000-run-dddd has no result yet",
    "vivarium run --resume 20261103-1000-run-dddd",
  ],
])("in '%s', what is none is told: %s", async (at, named, said, remedy) => {
  const { code, stdout, stderr } = await report(await project(), at, named);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  const [message = "", ...rest] = stderr.split("\n  ");
  expect(message).toContain(said);
  expect(rest.join("\n  ")).toContain(remedy);
});

test.each([
  ["bundle", "downloads/result-of-ci.json"],
  ["run", "--resume", "downloads/result-of-ci.json"],
])("%s %s needs more than a result", async (...words) => {
  const { code, stderr } = await vivarium(words, { cwd: await project(), env: {} });
  expect(code).toBe(2);
  expect(stderr).toContain("is a result without its campaign");
  expect(stderr).toContain("do this where it was run");
});

test("what lies in a folder that anybody may write to is nobody's", async () => {
  const folder = await project();
  await mkdir(join(folder, "open/mine"), { recursive: true });
  await chmod(folder, 0o1777);
  const { code, stderr } = await report(folder, "open/mine", "latest");
  expect(code).toBe(2);
  expect(stderr).toContain("There is none yet");
});

test("a campaign is shown as it was when it ended", async () => {
  const folder = await project();
  const { code, stdout } = await vivarium(["show", "aaaa"], { cwd: join(folder, "plain"), env: {} });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^old-one, variant uncached/);
  const json = await vivarium(["show", "latest", "--json"], { cwd: folder, env: {} });
  expect(JSON.parse(json.stdout)).toEqual(
    JSON.parse(await readFile(join(folder, `.vivarium/campaigns/${NEW}/result.json`), "utf8")),
  );
});
