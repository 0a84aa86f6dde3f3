import { mkdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { packBundle, unpackBundle } from "../../../src/commands/bundle/archive.js";
import { readBundle } from "../../../src/commands/bundle/contents.js";
import { parseResult } from "../../../src/campaign/finished-campaign.js";
import { loadRepro } from "../../../src/manifest/load.js";
import { sourceFiles } from "../../../src/manifest/source-hash.js";
import { stageRepro } from "../../../src/manifest/stage.js";
import { contradictions } from "../../../src/result/claims.js";
import { formats } from "../../../src/report/formats.js";
import { checksummed } from "../../../src/run/journal/line.js";
import { JOURNAL_FILE, readCampaign, readHeader } from "../../../src/run/store/open-campaign.js";
import { below, mutateBytes, mutateJson, mutateText, pick } from "./mutate.js";
import type { Target } from "./target.js";

/** Real files, made by a real campaign. */
export interface Originals {
  readonly journal: Buffer;
  /** Attempts that it holds. */
  readonly attempts: number;
  readonly result: unknown;
  readonly bundle: Buffer;
  /** An empty folder to work in. */
  readonly folder: string;
}

const MANIFEST = `name: r
title: a repro
language: c
sources: [main.c, folder]
files: {/etc/x: folder/x}
run: {stdin: folder/x}
variants: {other: {sources: [folder/x, main.c], patches: [folder/x]}}
`;

/** Files that a stranger gives, read from disk or from memory. */
export async function fileTargets(originals: Originals): Promise<Target[]> {
  const { journal, attempts, result, bundle, folder } = originals;
  const campaign = join(folder, "campaign");
  await mkdir(campaign, { recursive: true });
  const entries = journal
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line.slice(9)) as unknown);
  const unpacked = await unpackBundle(bundle, "original");
  const tarred = gunzipSync(bundle);
  const made = async (): Promise<string | null> => {
    await readHeader(campaign);
    const { outcome } = await readCampaign(campaign);
    const [cell] = outcome.cells;
    // Nothing that was cut or changed may become an attempt that never was.
    return (cell?.attempts ?? 0) <= attempts ? null : `${cell?.attempts} of ${attempts} attempts`;
  };
  return [
    {
      name: "journals, damaged",
      cases: 4000,
      async try(random) {
        await writeFile(join(campaign, JOURNAL_FILE), mutateBytes(random, journal));
        return made();
      },
    },
    {
      name: "journals, forged with right checksums",
      cases: 4000,
      async try(random) {
        // One entry on average, however many a campaign wrote: some journals are whole, and most are not.
        const changed = (): boolean => random() < 1 / entries.length;
        const forged = entries.map((entry) => (changed() ? mutateJson(random, entry) : entry));
        const lines = forged.map((entry) => checksummed(JSON.stringify(entry)));
        await writeFile(join(campaign, JOURNAL_FILE), lines.join(""));
        await readHeader(campaign);
        await readCampaign(campaign);
        return null;
      },
    },
    {
      name: "results",
      cases: 8000,
      async try(random) {
        const text =
          random() < 0.3
            ? mutateText(random, JSON.stringify(result))
            : JSON.stringify(mutateJson(random, result));
        const read = parseResult(text, "result.json");
        contradictions(read);
        // One format a case: all of them together are slow.
        await pick(random, Object.values(formats)).render(read);
        return null;
      },
    },
    {
      name: "bundles, damaged",
      cases: 3000,
      async try(random) {
        const draw = random();
        const changed =
          draw < 0.1
            ? bundle
            : draw < 0.5
              ? mutateBytes(random, bundle)
              : gzipSync(mutateBytes(random, tarred));
        const files = await unpackBundle(changed, "x.tar.gz");
        // Padding and gzip's header carry nothing; every file must be what it was.
        for (const [path, content] of files) {
          if (unpacked.get(path)?.equals(content) !== true) return `${path} was changed and believed`;
        }
        readBundle(files, "x.tar.gz");
        return null;
      },
    },
    {
      name: "bundles, forged with right checksums",
      cases: 1500,
      async try(random) {
        const files = new Map(unpacked);
        const path = pick(random, [...files.keys()]);
        const content = files.get(path) as Buffer;
        const json = path.endsWith(".json") && random() < 0.7;
        const changed = json
          ? Buffer.from(JSON.stringify(mutateJson(random, JSON.parse(content.toString()))))
          : mutateBytes(random, content);
        files.delete(path);
        files.set(random() < 0.8 ? path : mutateText(random, path, 2), changed);
        const read = await unpackBundle(await packBundle(files), "x.tar.gz");
        const outside = [...read.keys()].find((name) => /^\/|\\|(^|\/)\.\.?(\/|$)|\0/.test(name));
        if (outside !== undefined) return `unpacks to ${outside}`;
        contradictions(readBundle(read, "x.tar.gz").result);
        return null;
      },
    },
    await reproTarget(folder),
  ];
}

/** Manifests whose files may lead anywhere: what is read must lie in the folder, what is written in the copy's. */
async function reproTarget(folder: string): Promise<Target> {
  const repro = join(folder, "repro");
  const root = join(folder, "state", "repros");
  await mkdir(join(repro, "folder"), { recursive: true });
  await mkdir(root, { recursive: true });
  await writeFile(join(folder, "secret"), "secret");
  await writeFile(join(repro, "main.c"), "int main(void) { return 0; }\n");
  await writeFile(join(repro, "folder", "x"), "x\n");
  await symlink("../secret", join(repro, "link"));
  await symlink("..", join(repro, "up"));
  await mkdir(join(repro, "deep"));
  await symlink("../../secret", join(repro, "deep", "link"));
  await mkdir(join(repro, "loop"));
  await symlink(".", join(repro, "loop", "again"));
  const inside = (await realpath(repro)) + sep;
  const paths = [
    ...[
      "main.c",
      "folder",
      "folder/x",
      "link",
      "up/secret",
      "up/repro/main.c",
      "deep",
      "deep/link",
      "loop",
      ".",
    ],
    ...[
      "../repro/main.c",
      "../secret",
      "./main.c",
      "folder/../main.c",
      join(repro, "main.c"),
      "/etc/passwd",
      "loop/again/again",
    ],
  ];
  return {
    name: "repro folders",
    cases: 5000,
    async try(random) {
      const manifest = MANIFEST.replace(/main\.c|folder\/x|folder/g, (path) =>
        random() < 0.3 ? pick(random, paths) : path,
      );
      await writeFile(join(repro, "repro.yaml"), random() < 0.2 ? mutateText(random, manifest, 2) : manifest);
      const loaded = await loadRepro(repro, [], folder);
      for (const from of (await sourceFiles(loaded)).values()) {
        const real = await realpath(from);
        if (!real.startsWith(inside)) return `reads ${real}`;
      }
      const { repro: staged } = await stageRepro(loaded, root);
      const copied = [...(await sourceFiles({ ...loaded, path: staged.path })).keys()];
      for (const path of copied) {
        const real = await realpath(join(staged.path, path));
        if (!real.startsWith((await realpath(staged.path)) + sep)) return `writes ${real}`;
        if ((await readFile(real, "utf8")).includes("secret")) return `copies the secret by ${path}`;
      }
      if (below(random, 50) === 0) await rm(root, { recursive: true, force: true });
      return null;
    },
  };
}
