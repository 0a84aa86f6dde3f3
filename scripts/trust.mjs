import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/**
 * `npm run test:trust [-- small]`: faults, interrupts, hostile programs, full disks, races, load and fuzz on the real
 * engine, then the sum of what was tried. Full takes hours on two cores; small is what CI does. VIVARIUM_TRUST_SEED repeats a run.
 */
const full = process.argv[2] !== "small";
const folder = join(".vivarium", "trust");
const ledger = join(folder, "ledger.jsonl");
const report = join(folder, "hostile.json");
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

function vitest(...args) {
  const { status } = spawnSync("npx", ["vitest", "run", ...args], { env, stdio: "inherit" });
  return status === 0;
}

const held = [
  vitest("--project", "trust"),
  vitest("--project", "docker", "engine-faults"),
  vitest(
    "--project",
    "docker",
    "hostile",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ),
];

const lines = readFileSync(ledger, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));
if (held[1]) lines.push({ what: "faults", of: "the engine client", count: FAULTS, outcome: "none wrong" });
const { numPassedTests = 0 } = readHostile();
lines.push({
  what: "hostile programs",
  of: "each with its neighbours",
  count: numPassedTests,
  outcome: "as they should",
});

const say = (line) => process.stdout.write(`${line}\n`);
say("\nWhat was tried:");
const sums = new Map();
for (const { what, count } of lines) sums.set(what, (sums.get(what) ?? 0) + count);
for (const [what, count] of sums) say(`  ${count.toLocaleString("en")} ${what}`);
const right = held.every(Boolean);
say(right ? "Nothing was wrong, lost or left." : "Something was wrong: see above.");
process.exitCode = right ? 0 : 1;

function readHostile() {
  try {
    return JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return {};
  }
}
