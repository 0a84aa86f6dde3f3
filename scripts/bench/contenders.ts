import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Engine } from "../../src/docker/engine.js";
import { Runner } from "../../src/run/runner/runner.js";
import type { Task } from "../../src/run/runner/container-task.js";
import { IMAGE } from "./image.js";

const run = promisify(execFile);
const MiB = 1024 * 1024;

export type Program = "crash" | "clean";

/** A way to make attempts, as many as there are places, side by side. */
export interface Contender {
  readonly name: string;
  /** Makes `count` attempts in every place and returns attempts per second, over all places. */
  measure(count: number): Promise<number>;
  close(): Promise<void>;
}

/** The runner and the bare loop, in the same containers: the loop is started beside the runner while it is idle. */
export async function insideContainers(
  engine: Engine,
  program: Program,
  parallel: number,
): Promise<[runner: Contender, bare: Contender]> {
  const start = performance.now();
  const now = (): number => performance.now() - start;
  const places = await Promise.all(
    Array.from({ length: parallel }, () =>
      Runner.open(engine, task(program), new AbortController().signal, now),
    ),
  );
  let next = 1;
  const runner: Contender = {
    name: "runner",
    async measure(count) {
      const first = next;
      next += count;
      return sum(
        await Promise.all(
          places.map(async (place) => {
            const began = now();
            for await (const _ of place.run(first, count));
            return count / ((now() - began) / 1000);
          }),
        ),
      );
    },
    close: async () => void (await Promise.all(places.map((place) => place.close()))),
  };
  const bare: Contender = {
    name: "bare loop",
    async measure(count) {
      return sum(
        await Promise.all(
          places.map(async ({ containerName }) => {
            const { stdout } = await run("docker", [
              "exec",
              containerName,
              "/bare",
              `${count}`,
              `/${program}`,
            ]);
            return count / (Number(stdout) / 1e9);
          }),
        ),
      );
    },
    close: () => Promise.resolve(),
  };
  return [runner, bare];
}

/** `docker exec` for every attempt, in one container for each place. */
export async function dockerExec(engine: Engine, program: Program, parallel: number): Promise<Contender> {
  const [runner] = await Promise.all([
    Promise.all(
      Array.from({ length: parallel }, () =>
        Runner.open(engine, task(program), new AbortController().signal, () => 0),
      ),
    ),
  ]);
  return {
    name: "docker exec",
    measure: (count) => timed(count, runner, ({ containerName }) => ["exec", containerName, `/${program}`]),
    close: async () => void (await Promise.all(runner.map((place) => place.close()))),
  };
}

/** `docker run` for every attempt. */
export function dockerRun(program: Program, parallel: number): Contender {
  return {
    name: "docker run",
    measure: (count) =>
      timed(count, Array.from({ length: parallel }), () => [
        ...["run", "--rm", "--init", "--network", "none", "--read-only", "--cap-drop", "ALL"],
        ...["--user", "65534:65534", IMAGE, `/${program}`],
      ]),
    close: () => Promise.resolve(),
  };
}

/** Runs docker `count` times in each place, one after the other; the program's own failure is its business. */
async function timed<T>(
  count: number,
  places: readonly T[],
  command: (place: T) => readonly string[],
): Promise<number> {
  const start = performance.now();
  await Promise.all(
    places.map(async (place) => {
      for (let i = 0; i < count; i++) await run("docker", command(place)).catch(expectCrash);
    }),
  );
  return (count * places.length) / ((performance.now() - start) / 1000);
}

/** 139 is the program's end by SIGSEGV, as docker tells it; anything else is docker's own. */
function expectCrash(error: { code?: unknown }): void {
  if (error.code !== 139) throw error as Error;
}

function task(program: Program): Task {
  return {
    image: IMAGE,
    argv: [`/${program}`],
    run: {
      args: [],
      env: {},
      files: {},
      user: { uid: 65534, gid: 65534 },
      timeoutMs: 10_000,
      stdin: null,
      limits: { stack: 8 * MiB, memory: 512 * MiB, processes: 256, files: 1024, tmp: 64 * MiB },
      network: "none",
      capabilities: [],
    },
    condition: null,
    output: { head: 64 * 1024, tail: 64 * 1024, keep: "failed" },
    labels: { "vivarium.bench": "attempts" },
    instrument: null,
    what: program,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
