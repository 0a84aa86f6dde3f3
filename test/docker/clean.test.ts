import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { imageLabels, type ImageKind } from "../../src/images/labels.js";
import { beginCampaign } from "../../src/run/open-campaign.js";
import { CampaignStore } from "../../src/run/store.js";
import { folderOf, vivarium } from "../commands/command-line.js";
import { binariesOf, planOf } from "../run/plans.js";
import { atEnd, openEngine } from "./engines.js";
import { ownImagesOnly } from "./own-images.js";
import { ask } from "./raw.js";

const LABEL = "vivarium.test.clean";
const KINDS: readonly ImageKind[] = ["base", "part", "environment", "binary"];

const home = process.cwd();
let folder: string;
let host: string;
/** By name: `environment-used`, `binary-unused`. */
let ids: Map<string, string>;
let mark: string;

beforeEach(async () => {
  folder = await folderOf();
  // Campaigns are looked for where vivarium is run.
  process.chdir(folder);
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
afterEach(() => process.chdir(home));

const tagOf = (name: string): string => `vivarium-test/clean-${name}:${mark}`;

const clean = (...args: string[]) => vivarium(["clean", "--host", host, ...args], { cwd: folder, env: {} });

/** Names of the images that are still there, seen without vivarium. */
async function left(): Promise<string[]> {
  const there: string[] = [];
  for (const [name, id] of ids) if ((await ask("GET", `/images/${id}/json`)).status === 200) there.push(name);
  return there.sort();
}

test("images that no recent campaign uses go; bases, and what one uses, stay", async () => {
  const { code, stdout } = await clean("--yes");
  expect(stdout).toContain(tagOf("binary-unused"));
  expect(stdout).toContain("the environment-unused one");
  expect(stdout).toMatch(/\nremoved 4 images\n$/);
  expect(code).toBe(0);
  expect(await left()).toEqual(["base-unused", "base-used", "binary-used", "environment-used"]);
  expect((await clean("--yes")).stdout).toMatch(/^nothing to remove; 4 images are in use/);
});

test("without a terminal nothing is removed unless --yes says so", async () => {
  const { code, stdout, stderr } = await clean();
  expect(stdout).toMatch(/\n4 of 8 images, at most 1 MB/);
  expect(stderr).toContain("nothing was removed; add --yes");
  expect(code).toBe(0);
  expect(await left()).toHaveLength(8);
});

test("--keep 0 keeps bases alone, --all nothing", async () => {
  expect((await clean("--keep", "0", "--yes")).code).toBe(0);
  expect(await left()).toEqual(["base-unused", "base-used"]);
  expect((await clean("--all", "--yes")).code).toBe(0);
  expect(await left()).toEqual([]);
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
  const { code, stdout, stderr } = await clean("--yes");
  expect(stderr).toContain(`${tagOf("binary-unused")}: kept: `);
  expect(stdout).toMatch(/\nremoved 3 images\n$/);
  expect(code).toBe(3);
  expect(await left()).toContain("binary-unused");
});
