import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { scratch } from "../scratch.js";

/**
 * Every race of races/ is looked for by `--schedule search` within a minute, and what is found is played; no program of no-races/ ever fails. Wants
 * `npm run build`. RACES_ENV: another environment; RACES_SCHEDULES: schedules of each program without a race (10,000 take some minutes each);
 * RACES_PLAIN: plain attempts of each race; RACES_RATES: attempts of each under each of RULES.
 */
const ENVIRONMENT = process.env["RACES_ENV"] ?? "glibc-2.36";
const SCHEDULES = process.env["RACES_SCHEDULES"] ?? "1000";
const PLAIN = process.env["RACES_PLAIN"] ?? "0";
const RATES = process.env["RACES_RATES"] ?? "0";
const RULES = ["random", "pct=3", "preempt=2"] as const;
const WANTED = 18 / 20;
const MOST_MS = 180_000;
const NEVER_MS = 24 * 3_600_000;

const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const cli = here("../../dist/cli.js");

interface Found {
  environments: {
    attempts: number;
    signatures: {
      title: string;
      count: number;
      firstAttempt: number;
      hold?: {
        crashes: number;
        attempts: number;
        isPlace: boolean;
        controls: unknown[];
        line: number | null;
      };
      schedule?: { switches: number; found: number; played: { attempts: number; crashes: number } };
    }[];
  }[];
}

const folder = scratch("races");

async function programs(room: string): Promise<string[]> {
  return (await readdir(here(room)))
    .filter((name) => name.endsWith(".c"))
    .map((name) => join(here(room), name));
}

async function run(
  program: string,
  ...flags: string[]
): Promise<Found["environments"][number] & { seconds: number }> {
  const began = performance.now();
  const stdout = await new Promise<string>((resolve, reject) => {
    // What was found by then is told, as after Ctrl-C: a minute to look, and what images, the smallest schedule and gdb take.
    const looks = flags.includes("--until-crashes");
    const late = setTimeout(() => child.kill("SIGINT"), looks ? MOST_MS : NEVER_MS);
    const argv = [cli, "run", program, "--env", ENVIRONMENT, "--json", ...flags];
    const child = execFile(
      process.execPath,
      argv,
      { cwd: folder, maxBuffer: 1 << 28 },
      (error, out, said) => {
        clearTimeout(late);
        if (out === "")
          reject(new Error(`${basename(program)}: ${said || (error?.message ?? "ended without a word")}`));
        else resolve(out);
      },
    );
  });
  const [environment] = (JSON.parse(stdout) as Found).environments;
  return { ...(environment as Found["environments"][number]), seconds: (performance.now() - began) / 1000 };
}

/** `17 of 200`: how many attempts did not end well. */
function counted({ attempts, signatures }: Found["environments"][number]): string {
  return `${signatures.reduce((sum, { count }) => sum + count, 0)} of ${attempts}`;
}

describe(`races on ${ENVIRONMENT}`, () => {
  it("of small real races, nine in ten are found within a minute each, and each found schedule plays a hundred times", async () => {
    const all = await programs("races");
    const rows: Record<string, unknown>[] = [];
    let found = 0;
    for (const program of all) {
      const { attempts, signatures, seconds } = await run(
        program,
        "--schedule",
        "search",
        "--until-crashes",
        "1",
      );
      const rates: Record<string, string> = {};
      if (PLAIN !== "0") rates["plain"] = counted(await run(program, "--runs", PLAIN));
      for (const rule of RATES === "0" ? [] : RULES)
        rates[rule] = counted(await run(program, "--schedule", rule, "--runs", RATES, "--captures", "0"));
      const [crash] = signatures;
      found += crash === undefined ? 0 : 1;
      const schedule = crash?.schedule;
      rows.push({
        race: basename(program, ".c"),
        ...rates,
        attempts,
        seconds: Math.round(seconds),
        crash: crash?.title ?? "none",
        switches: schedule === undefined ? "" : `${schedule.found} -> ${schedule.switches}`,
        played: schedule === undefined ? "" : `${schedule.played.crashes} of ${schedule.played.attempts}`,
      });
      console.table(rows.slice(-1));
      expect(schedule?.played.crashes).toBe(schedule?.played.attempts);
    }
    console.table(rows);
    expect(found).toBeGreaterThanOrEqual(Math.ceil(all.length * WANTED));
  });

  it.each(["use-after-free", "lost-update", "torn-pair", "stack-aba", "locks-crossed"])(
    "holding one thread at a place of %s brings its crash in most attempts, and at other places in few",
    async (race) => {
      const { signatures, seconds } = await run(
        join(here("races"), `${race}.c`),
        "--schedule",
        "hold",
        "--until-crashes",
        "3",
      );
      const hold = signatures.find((each) => each.hold !== undefined)?.hold;
      console.table([{ race, seconds: Math.round(seconds), ...hold, controls: hold?.controls.length }]);
      expect(hold?.crashes).toBeGreaterThan(0.8 * (hold?.attempts ?? 0));
      expect(hold?.isPlace).toBe(true);
    },
    MOST_MS,
  );

  it(`programs without a race never fail under ${SCHEDULES} schedules`, async () => {
    for (const program of await programs("no-races")) {
      const { attempts, signatures } = await run(program, "--schedule", "search", "--runs", SCHEDULES);
      expect({ program: basename(program), attempts, signatures }).toEqual({
        program: basename(program),
        attempts: Number(SCHEDULES),
        signatures: [],
      });
    }
  });
});
