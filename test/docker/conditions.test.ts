import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { reproduce } from "../../src/index.js";
import { CONDITIONS } from "../../src/plan/conditions.js";
import { readCampaign } from "../../src/run/store/open-campaign.js";
import { folderOf } from "../commands/command-line.js";

/** What observe.c prints: its surroundings, as it saw them from inside. */
interface Seen {
  /** A byte of memory that malloc gave. */
  readonly fresh: number;
  readonly threadCache: boolean;
  readonly passwd: string;
  readonly gomaxprocs: string | null;
  readonly gogc: string | null;
  readonly cpus: number;
  readonly stack: number;
  readonly padding: number;
  /** Busy threads of the runner. */
  readonly running: number;
}

/** By condition; `plain` is none. */
let seen: Map<string, Seen>;
const of = (name: string): Seen => seen.get(name) as Seen;

beforeAll(async () => {
  const source = await readFile(new URL("observe.c", import.meta.url), "utf8");
  const { folder, result } = await reproduce({
    repro: { source, language: "c", name: "observe" },
    environments: ["glibc-2.36"],
    perturb: CONDITIONS.map(({ name }) => name),
    runs: 1,
    parallel: 1,
    captures: 0,
    folder: await folderOf(),
  });
  expect(result).toMatchObject({ complete: true, infra: [] });
  const { outcome } = await readCampaign(folder);
  seen = new Map(
    outcome.cells.map(({ id, keys }) => {
      const output = keys[0]?.kept[0]?.output?.stdout.head.toString() ?? "";
      return [id.split("+")[1] ?? "plain", JSON.parse(output) as Seen];
    }),
  );
});

test("every condition was run, and without one nothing is changed", () => {
  expect([...seen.keys()].sort()).toEqual(["plain", ...CONDITIONS.map(({ name }) => name)].sort());
  expect(of("plain")).toMatchObject({
    fresh: 0,
    threadCache: true,
    gomaxprocs: null,
    gogc: null,
    stack: 8 * 1024 ** 2,
    padding: 0,
  });
  expect(of("plain").running).toBeLessThan(2);
});

test.each<[name: string, changed: Partial<Seen>]>([
  ["one-cpu", { cpus: 1 }],
  ["gomaxprocs-1", { gomaxprocs: "1" }],
  ["gomaxprocs-16", { gomaxprocs: "16" }],
  ["gogc-1", { gogc: "1" }],
  ["gogc-off", { gogc: "off" }],
  // malloc fills with the complement of what free fills with.
  ["malloc-perturb", { fresh: 165 ^ 0xff }],
  ["no-tcache", { threadCache: false }],
  ["small-stack", { stack: 256 * 1024 }],
  ["big-environment", { padding: 64 * 1024 }],
  ["nss-files", { passwd: "files" }],
  ["nss-compat", { passwd: "compat" }],
])("%s changes what it says, and nothing else", (name, changed) => {
  const { running: _running, ...observed } = of(name);
  const { running: _before, ...plain } = of("plain");
  expect(observed).toEqual({ ...plain, ...changed });
});

test("cpu-load runs two busy threads beside the attempt", () => {
  expect(of("cpu-load").running).toBeGreaterThanOrEqual(2);
});
