import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";

/**
 * `npm run test:trust [-- small]`: faults, kills, interrupts, hostile programs, full disks, races, load and fuzz on the real
 * engine, then the sum of what was tried. Small is what CI does. VIVARIUM_TRUST_SEED repeats a run.
 *
 * Most of it waits: for time limits, for engines, for containers. So lanes run side by side, each file in one of them alone;
 * what a lane says is in .vivarium/trust/LANE.log.
 */
const full = process.argv[2] !== "small";
const folder = join(".vivarium", "trust");
const ledger = join(folder, "ledger.jsonl");
const hostile = join(folder, "hostile.json");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(ledger, "");

/** Faults that are injected into the engine client alone; those into whole commands come on top. */
const FAULTS = full ? 300 : 45;

const env = {
  ...process.env,
  VIVARIUM_TRUST: full ? "full" : "small",
  VIVARIUM_TRUST_LEDGER: ledger,
  VIVARIUM_TEST_FAULTS: String(FAULTS),
  ...(process.env.VIVARIUM_TRUST_SEED ? { VIVARIUM_TEST_SEED: process.env.VIVARIUM_TRUST_SEED } : {}),
};

const LANES = {
  interrupts: [
    ["trust", "interrupts"],
    ["trust", "concurrency"],
  ],
  faults: [["trust", "command-faults"]],
  engine: [
    ["trust", "engine-kill"],
    ["trust", "load"],
  ],
  rest: [
    ["trust", "fuzz.test"],
    ["docker", "engine-faults"],
    ["docker", "hostile", "--reporter=default", "--reporter=json", `--outputFile.json=${hostile}`],
    ["trust", "disk-full"],
  ],
};

// A file that no lane names is not forgotten.
const named = Object.values(LANES).flatMap((files) => files.map(([, name]) => name));
const others = readdirSync("test/trust").filter(
  (file) => file.endsWith(".test.ts") && !named.some((name) => file.startsWith(name)),
);
if (others.length > 0) LANES.engine.push(["trust", ...others]);

const began = performance.now();
const minutes = (since) => `${((performance.now() - since) / 60_000).toFixed(1)} min`;
const say = (line) => process.stdout.write(`${line}\n`);

/** Runs the files of a lane one after the other; resolves with the names of those that failed. */
async function lane(name, files) {
  const log = createWriteStream(join(folder, `${name}.log`));
  const failed = [];
  for (const [project, ...args] of files) {
    const since = performance.now();
    const child = spawn("npx", ["vitest", "run", "--project", project, ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        log.write(chunk);
        said = (said + chunk).slice(-20_000);
      });
    const status = await new Promise((resolve) => child.once("close", resolve));
    say(`${args[0]}: ${status === 0 ? "as it should" : "FAILED"}, ${minutes(since)}`);
    if (status === 0) continue;
    failed.push(args[0]);
    say(said);
  }
  log.end();
  return failed;
}

const failed = (await Promise.all(Object.entries(LANES).map(([name, files]) => lane(name, files)))).flat();

const lines = readFileSync(ledger, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));
if (!failed.includes("engine-faults"))
  lines.push({
    what: "faults",
    of: "the engine client",
    count: FAULTS,
    outcome: "each the right result or a failure; no container left",
  });
lines.push({
  what: "hostile programs",
  of: "each with its neighbours",
  count: passed(hostile),
  outcome: "right outcomes; the next attempts as the first",
});

say(`\nWhat was tried, in ${minutes(began)}:`);
const number = (count) => count.toLocaleString("en").padStart(10);
for (const what of new Set(lines.map((line) => line.what))) {
  const of = lines.filter((line) => line.what === what);
  say(`${number(of.reduce((sum, { count }) => sum + count, 0))}  ${what}`);
  // Many parts that ended alike need no line each.
  const parts = of.length > 6 ? [] : of;
  for (const part of parts) say(`${number(part.count)}      ${part.of}: ${part.outcome}`);
}
say(
  failed.length === 0
    ? "Nothing was wrong, lost or left."
    : `Something was wrong: ${failed.join(", ")}; see above.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Tests that passed, of a report of vitest's; none where there is no report. */
function passed(report) {
  try {
    return JSON.parse(readFileSync(report, "utf8")).numPassedTests;
  } catch {
    return 0;
  }
}
