import { runPlan } from "../plan/parts.js";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { pack } from "tar-stream";
import type { Engine } from "../../src/docker/engine.js";
import type { RunPlan } from "../../src/plan/plan.js";
import type { Task } from "../../src/run/runner/container-task.js";

const run = promisify(execFile);
interface File {
  readonly content: Buffer;
  readonly mode: number;
}

const MiB = 1024 * 1024;
/** Of the programs that are searched for races at full size, those that are scheduled here, too. */
const SEARCHED = [
  "races/locks-crossed",
  "races/torn-pair",
  "races/use-after-free",
  "races/slept-too-short",
  "races/gave-up-waiting",
  "races/forked-with-lock",
  "races/read-twice",
  "no-races/counter-is-locked",
];
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * An image of nothing but static programs made by this machine's gcc: the runner where every environment image has it, `/attempt`
 * (attempt.c), every program of `hostile/` by its name, and under `scheduled/` those of `scheduled/` and SEARCHED. The same programs have the same tag, so it is made once.
 */
export async function runnerImage(engine: Engine): Promise<string> {
  const hostile = path("hostile");
  const sources = (await readdir(hostile)).filter((name) => name.endsWith(".c"));
  const files: Record<string, File> = {
    "opt/vivarium/runner": await program(path("../../dockerfiles/container/runner.c")),
    attempt: await program(path("attempt.c")),
    "repro/data": { content: Buffer.from("from a file\n"), mode: 0o444 },
  };
  for (const name of sources) files[`hostile/${basename(name, ".c")}`] = await program(join(hostile, name));
  const scheduled = (await readdir(path("scheduled")))
    .filter((name) => name.endsWith(".c"))
    .map((name) => path(`scheduled/${name}`));
  for (const source of [...scheduled, ...SEARCHED.map((name) => path(`../full/${name}.c`))])
    files[`scheduled/${basename(source, ".c")}`] = await program(source);
  const hash = createHash("sha256");
  for (const [name, { content }] of Object.entries(files)) hash.update(`${name}\0`).update(content);
  const tag = `vivarium-test/runner:${hash.digest("hex").slice(0, 16)}`;
  if ((await engine.inspectImage(tag)) === null)
    await engine.importImage(imageTar(files), tag, { "vivarium.test": "runner" });
  return tag;
}

export type RunOptions = Partial<Omit<RunPlan, "limits">> & { limits?: Partial<RunPlan["limits"]> };

/** A run of the image's programs, confined as every attempt is. */
export function testRun(more: RunOptions = {}): RunPlan {
  return runPlan({
    timeoutMs: 10_000,
    ...more,
    limits: {
      stack: 8 * MiB,
      memory: 64 * MiB,
      processes: 64,
      files: 128,
      tmp: 8 * MiB,
      ...more.limits,
    },
  });
}

export function testTask(
  image: string,
  argv: readonly string[],
  more: {
    run?: RunOptions;
    output?: Partial<Task["output"]>;
    condition?: Task["condition"];
  } = {},
): Task {
  return {
    image,
    argv,
    run: testRun(more.run),
    condition: more.condition ?? null,
    output: { head: 4096, tail: 4096, keep: "all", ...more.output },
    labels: { "vivarium.test": "runner" },
    instrument: null,
    what: basename(argv[0] ?? ""),
  };
}

async function program(source: string): Promise<File> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-test-"));
  try {
    const out = join(folder, "program");
    await run("gcc", [
      "-static",
      "-O1",
      "-Wall",
      "-Wno-unused-function",
      "-Werror",
      "-pthread",
      "-o",
      out,
      source,
    ]);
    return { content: await readFile(out), mode: 0o755 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function imageTar(files: Readonly<Record<string, File>>): Readable {
  const tar = pack();
  for (const name of [
    "tmp",
    "proc",
    "dev",
    "sys",
    "etc",
    "opt",
    "opt/vivarium",
    "repro",
    "hostile",
    "scheduled",
  ])
    // A tmpfs takes over the mode of the directory that it hides.
    tar.entry({ name, type: "directory", mode: name === "tmp" ? 0o1777 : 0o755, mtime: new Date(0) });
  for (const [name, { content, mode }] of Object.entries(files))
    tar.entry({ name, mode, mtime: new Date(0) }, content);
  tar.finalize();
  return Readable.from(tar as AsyncIterable<Buffer>, { objectMode: false });
}
