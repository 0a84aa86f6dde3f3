// `npm run shelf`: runs every repro of the shelf in all nine libc environments and writes the table in docs/reference/shelf.md from what
// was seen. An expectation that is missed leaves the table as it was. Names as arguments run those alone and write nothing.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";
import { reproduce } from "../dist/index.js";
import { shelfNames } from "../dist/manifest/load.js";
import { ending, shelfTable, withShelf } from "../dist/report/shelf-table.js";

const ENVIRONMENTS = ["glibc-*", "musl-*"];
const RUNS = 5;

const root = fileURLToPath(new URL("..", import.meta.url));
const page = join(root, "docs/reference/shelf.md");
const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : await shelfNames([join(root, "repros")]);

const folder = await mkdtemp(join(tmpdir(), "vivarium-shelf-"));
const rows = [];
const misses = [];
try {
  for (const repro of names) {
    const { result } = await reproduce({ repro, environments: ENVIRONMENTS, runs: RUNS, folder });
    for (const environment of result.environments) {
      const { id, expectation } = environment;
      process.stdout.write(`${repro} on ${id}: ${ending(environment).replaceAll("*", "")}\n`);
      if (expectation?.met !== true)
        misses.push(`${repro} on ${id}: ${expectation?.why ?? "expects nothing"}`);
    }
    for (const { where, message } of result.infra) misses.push(`${repro}, ${where}: ${message}`);
    rows.push({ result, path: `../../repros/${repro}/repro.yaml` });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

if (misses.length > 0) {
  process.stderr.write(`${misses.join("\n")}\n`);
  process.exitCode = 1;
} else if (asked.length === 0) {
  const written = withShelf(await readFile(page, "utf8"), shelfTable(rows));
  if (written === null)
    throw new Error("docs/reference/shelf.md has no place for the shelf: see src/report/shelf-table.ts");
  await writeFile(page, written);
}
