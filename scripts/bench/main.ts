import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import { dockerExec, dockerRun, insideContainers, type Contender, type Program } from "./contenders.js";
import { benchImage } from "./image.js";
import { measureStart } from "./start.js";
import { measureSteps } from "./steps.js";
import { markdown, type Bench, type Cell } from "./table.js";

/**
 * `npm run bench [REPEATS] [steps]`: how fast attempts are made, side by side with the least that could make them and with docker's own commands, and how fast
 * the scheduler steps. With `steps` that alone is measured anew. Writes bench/latest.json and bench/latest.md; progress goes to stderr, the table to stdout.
 */
const REPEATS = Number(process.argv[2] ?? 7);
/** How long one measurement of a loop inside a container lasts, about. */
const SECONDS = 2;
const PARALLEL = [1, 2, 4];
const PROGRAMS: readonly Program[] = ["crash", "clean"];

async function main(): Promise<void> {
  const root = process.cwd();
  const engine = await connect({ env: process.env });
  try {
    await benchImage(engine, root);
    const bench =
      process.argv[3] === "steps"
        ? { ...(await latest(root)), steps: await measureSteps(REPEATS) }
        : await measureAll(engine, root);
    await mkdir(join(root, "bench"), { recursive: true });
    await writeFile(join(root, "bench/latest.json"), `${JSON.stringify(bench, null, 1)}\n`);
    await writeFile(join(root, "bench/latest.md"), markdown(bench));
    process.stdout.write(markdown(bench));
  } finally {
    await engine.removeAllLive();
    engine.close();
  }
}

async function latest(root: string): Promise<Bench> {
  return JSON.parse(await readFile(join(root, "bench/latest.json"), "utf8")) as Bench;
}

async function measureAll(engine: Engine, root: string): Promise<Bench> {
  const cells: Cell[] = [];
  for (const program of PROGRAMS)
    for (const parallel of PARALLEL) cells.push(await measureCell(engine, program, parallel));
  const { name, version, kernel } = await engine.facts();
  return {
    schema: "vivarium/bench/1",
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cpus: cpus().length,
      kernel,
      engine: name.includes(version) ? name : `${name} ${version}`,
    },
    cells,
    start: await measureStart(root, REPEATS),
    steps: await measureSteps(REPEATS),
  };
}

async function measureCell(engine: Engine, program: Program, parallel: number): Promise<Cell> {
  const inside = await insideContainers(engine, program, parallel);
  const outside = [await dockerExec(engine, program, parallel), dockerRun(program, parallel)];
  const rates: Record<string, number[]> = {};
  const measure = async (contender: Contender, count: number): Promise<void> => {
    const rate = await contender.measure(count);
    (rates[contender.name] ??= []).push(rate);
    process.stderr.write(`${program} × ${parallel}: ${contender.name} ${rate.toFixed(1)}/s\n`);
  };
  // The first attempts warm caches up, and tell how many make a measurement.
  const [, bare] = inside;
  const count = Math.ceil(((await bare.measure(100)) / parallel) * SECONDS);
  for (const contender of inside) await contender.measure(100);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    // Whoever comes second finds the machine as the first left it: they take turns.
    for (const contender of repeat % 2 === 0 ? inside : inside.toReversed()) await measure(contender, count);
    for (const contender of outside) await measure(contender, 5);
  }
  for (const contender of [...inside, ...outside]) await contender.close();
  return { program, parallel, rates };
}

await main();
