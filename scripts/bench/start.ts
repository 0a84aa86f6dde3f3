import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Seconds from the command to its end, one value for each repeat, in order. */
export interface Start {
  readonly environment: string;
  /** `vivarium run` of one attempt, its program built before. */
  readonly warm: readonly number[];
  /** The same with a program that was never built; its environment's image is there. */
  readonly cold: readonly number[];
  /** `docker run` of the program that the warm run runs. */
  readonly dockerRun: readonly number[];
}

const ENVIRONMENT = "glibc-2.36";
const PROGRAM = "/opt/repro/program";

/** Measures how long one attempt takes from the command line, the built command against docker's own, in turns. */
export async function measureStart(root: string, repeats: number): Promise<Start> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-bench-"));
  try {
    const [warm, cold, dockerRun]: [number[], number[], number[]] = [[], [], []];
    const { image } = await attempt(root, await source(folder, "warm"));
    for (let repeat = 0; repeat < repeats; repeat++) {
      warm.push((await attempt(root, join(folder, "warm.c"))).seconds);
      dockerRun.push(await seconds("docker", ["run", "--rm", "--init", "--network", "none", image, PROGRAM]));
      cold.push((await attempt(root, await source(folder, `cold-${repeat}`))).seconds);
    }
    return { environment: ENVIRONMENT, warm, cold, dockerRun };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A clean program that is like no other: its name and the time are in it. */
async function source(folder: string, name: string): Promise<string> {
  const path = join(folder, `${name}.c`);
  await writeFile(path, `/* ${name} ${Date.now()} */\nint main(void) { return 0; }\n`);
  return path;
}

async function attempt(root: string, path: string): Promise<{ seconds: number; image: string }> {
  const start = performance.now();
  const { stdout } = await run(
    process.execPath,
    [
      join(root, "dist/cli.js"),
      "run",
      path,
      "--env",
      ENVIRONMENT,
      "--runs",
      "1",
      "--captures",
      "0",
      "--json",
    ],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  );
  const result = JSON.parse(stdout) as { environments: { image: string; attempts: number }[] };
  const [environment] = result.environments;
  if (environment?.attempts !== 1) throw new Error(`vivarium run made no attempt: ${stdout.slice(0, 2000)}`);
  return { seconds: (performance.now() - start) / 1000, image: environment.image };
}

async function seconds(command: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  await run(command, args);
  return (performance.now() - start) / 1000;
}
