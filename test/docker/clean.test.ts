import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { beforeEach, expect, test } from "vitest";
import { BUILDER_LABEL, CACHE_LABEL } from "../../src/images/source/compiler-cache.js";
import { imageLabels, type ImageKind } from "../../src/images/labels.js";
import { beginCampaign } from "../../src/run/store/open-campaign.js";
import { CampaignStore } from "../../src/run/store/store.js";
import { folderOf, vivarium } from "../commands/command-line.js";
import { binariesOf, planOf } from "../run/plans.js";
import { atEnd, openEngine } from "./engines.js";
import { ownImagesOnly } from "./own-images.js";
import { ask } from "./raw.js";

const LABEL = "vivarium.test.clean";
const KINDS: readonly ImageKind[] = ["base", "part", "environment", "binary"];

let folder: string;
let host: string;
/** By name: `environment-used`, `binary-unused`. */
let ids: Map<string, string>;
let mark: string;

beforeEach(async () => {
  folder = await folderOf();
  mark = randomBytes(6).toString("hex");
  host = await ownImagesOnly(LABEL, mark);
  const engine = await openEngine();
  ids = new Map();
  for (const kind of KINDS) {
    for (const use of ["used", "unused"]) {
      const name = `${kind}-${use}`;
      const tar = pack();
      tar.entry({ name }, `${mark}\n`);
      tar.finalize();
      const labels = { ...imageLabels(kind, mark, `the ${name} one`, null), [LABEL]: mark };
      const root = Readable.from(tar as AsyncIterable<Buffer>, { objectMode: false });
      const id = await engine.importImage(root, tagOf(name), labels);
      ids.set(name, id);
      atEnd(() => ask("DELETE", `/images/${id}?force=1`).then(() => undefined));
    }
  }
  const plan = planOf({ stop: { kind: "runs", runs: 1 } });
  const environment = ids.get("environment-used") as string;
  const binaries = [...binariesOf(plan)].map(([cell, binary]) => {
    const facts = { ...binary.builtIn, image: environment };
    const one = { ...binary, image: ids.get("binary-used") as string, builtIn: facts, ranOn: facts };
    return [cell, one] as const;
  });
  const campaign = await beginCampaign(
    new CampaignStore(join(folder, ".vivarium", "campaigns")),
    plan,
    new Map(binaries),
  );
  await campaign.close();
});
const tagOf = (name: string): string => `vivarium-test/clean-${name}:${mark}`;

const clean = (...args: string[]) => vivarium(["clean", "--host", host, ...args], { cwd: folder, env: {} });

/** The same, where nothing stays because it was made just now. */
const cleanOld = (...args: string[]) => clean("--days", "0", ...args);

/** Names of the images that are still there, seen without vivarium. */
async function left(): Promise<string[]> {
  const there: string[] = [];
  for (const [name, id] of ids) if ((await ask("GET", `/images/${id}/json`)).status === 200) there.push(name);
  return there.sort();
}

test("what was made or used of late stays, whoever used it", async () => {
  const { code, stdout } = await clean("--yes");
  expect(stdout).toBe("nothing to remove: 8 used within 7 days (--days) stay; --all takes them\n");
  expect(code).toBe(0);
  expect(await left()).toHaveLength(8);
});

test("a campaign keeps its images from a folder below, too", async () => {
  const below = join(folder, "a/b");
  await mkdir(below, { recursive: true });
  const words = ["clean", "--host", host, "--days", "0", "--yes"];
  await vivarium(words, { cwd: below, env: {} });
  expect(await left()).toContain("binary-used");
});

test("images that no recent campaign uses go; bases, and what one uses, stay", async () => {
  const { code, stdout } = await cleanOld("--yes");
  expect(stdout).toContain(tagOf("binary-unused"));
  expect(stdout).toContain("the environment-unused one");
  expect(stdout).toMatch(/\nremoved 4 images; \d+ MB freed\n$/);
  expect(code).toBe(0);
  expect(await left()).toEqual(["base-unused", "base-used", "binary-used", "environment-used"]);
  expect((await cleanOld("--yes")).stdout).toMatch(
    /^nothing to remove: 2 needed by the 10 newest campaigns here \(--keep\), 2 base images stay; --all/,
  );
});

test("without a terminal nothing is removed unless --yes says so", async () => {
  const { code, stdout, stderr } = await cleanOld();
  expect(stdout).toMatch(
    /^vivarium-test\/clean-\S+ +the \S+ one +used today +1 MB\n[^]*\n4 of 8 images can go, which frees 1 MB \(images share layers\)\n2 needed by the 10 newest campaigns here \(--keep\), 2 base images stay\n$/,
  );
  expect(stderr).toContain("nothing was removed; add --yes");
  expect(code).toBe(0);
  expect(await left()).toHaveLength(8);
});

test("--keep 0 keeps bases alone, --all nothing", async () => {
  expect((await cleanOld("--keep", "0", "--yes")).code).toBe(0);
  expect(await left()).toEqual(["base-unused", "base-used"]);
  expect((await clean("--all", "--yes")).code).toBe(0);
  expect(await left()).toEqual([]);
});

test("a compiler's cache stays as long as the builder that fills it", async () => {
  const volume = async (of: string): Promise<string> => {
    const name = `vivarium-test-clean-${of}-${mark}`;
    await ask("POST", "/volumes/create", {
      Name: name,
      Labels: { [CACHE_LABEL]: "/home/me/musl", [BUILDER_LABEL]: `the ${of} one`, [LABEL]: mark },
    });
    atEnd(() => ask("DELETE", `/volumes/${name}?force=1`).then(() => undefined));
    return name;
  };
  const [kept, gone] = [await volume("part-used"), await volume("part-gone")];
  const { stdout, code } = await clean("--yes");
  expect(stdout).toContain(`${gone}  compiled files of /home/me/musl`);
  expect(stdout).not.toContain(kept);
  expect(code).toBe(0);
  const there = async (name: string): Promise<boolean> =>
    (await ask("GET", `/volumes/${name}`)).status === 200;
  expect([await there(kept), await there(gone)]).toEqual([true, false]);
  expect((await clean("--all", "--yes")).code).toBe(0);
  expect(await there(kept)).toBe(false);
});

test("an image that a container needs is kept, said, and no success", async () => {
  const image = ids.get("binary-unused") as string;
  const made = await ask("POST", `/containers/create?name=vivarium-test-clean-${mark}`, {
    Image: image,
    Cmd: ["/none"],
    Labels: { "vivarium.test": "clean" },
  });
  const { Id } = made.body as { Id: string };
  atEnd(() => ask("DELETE", `/containers/${Id}?force=1`).then(() => undefined));
  const { code, stdout, stderr } = await cleanOld("--yes");
  expect(stderr).toContain(`${tagOf("binary-unused")}: kept: `);
  expect(stdout).toMatch(/\nremoved 3 images; \d+ MB freed\n$/);
  expect(code).toBe(3);
  expect(await left()).toContain("binary-unused");
});
