import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { IMAGE } from "./image.js";

const run = promisify(execFile);

/** Instructions per second, one value for each repeat, in order. */
export interface Steps {
  readonly date: string;
  /** `--schedule random`, which stops its threads after each instruction. */
  readonly scheduler: readonly number[];
  /** A loop of ptrace's single steps and waitpid, which looks at nothing. */
  readonly bare: readonly number[];
}

/** How often each of the program's two threads goes round its loop of 7 instructions. */
const TURNS = "8000";
const STEPS = 50_000;

/** Measures how fast the scheduler steps a program of two threads, against the least that can step it, in turns. */
export async function measureSteps(repeats: number): Promise<Steps> {
  const rates = { scheduler: [] as number[], bare: [] as number[] };
  const contenders = { scheduler: scheduled, bare };
  for (let repeat = 0; repeat < repeats; repeat++) {
    const names = ["scheduler", "bare"] as const;
    for (const name of repeat % 2 === 0 ? names : names.toReversed()) {
      const rate = await contenders[name]();
      rates[name].push(rate);
      process.stderr.write(`steps: ${name} ${rate.toFixed(0)}/s\n`);
    }
  }
  return { date: new Date().toISOString(), ...rates };
}

async function scheduled(): Promise<number> {
  const request = "random seed=1 mean=1000000000";
  const said = await inContainer("/opt/vivarium/scheduler", request, "120000", "run", "/stepped", TURNS);
  const [steps, took] = [/^steps (\d+)/m, /^took (\d+)/m].map((each) => Number(each.exec(said)?.[1]));
  return ((steps as number) / (took as number)) * 1e6;
}

async function bare(): Promise<number> {
  const nanoseconds = Number(await inContainer("/steps", String(STEPS), "/stepped", TURNS));
  return (STEPS / nanoseconds) * 1e9;
}

async function inContainer(...command: readonly string[]): Promise<string> {
  const { stdout } = await run("docker", ["run", "--rm", "--network", "none", IMAGE, ...command]);
  return stdout;
}
