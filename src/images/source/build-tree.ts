import { setTimeout as timer } from "node:timers";
import { Failure, interrupted } from "../../failure.js";
import type { Container, ContainerEnd, Engine, Labels } from "../../docker/engine.js";
import type { SourceRecipe } from "../../manifest/source-recipe.js";
import { durationMs, sizeBytes } from "../../manifest/units.js";
import { BUILDER } from "./builder.js";
import type { BuildLog } from "./build-log.js";
import { keep, type Kept, type KeptFiles } from "./kept.js";
import { BUILD_COMMAND, CACHE, ROOM } from "./recipe-script.js";

export interface TreeBuild {
  /** How messages call it: `musl@v1.2.4`. */
  readonly title: string;
  readonly recipe: Pick<SourceRecipe, "name" | "limits">;
  /** Image of the builder, and the volume with its compiler's cache. */
  readonly image: string;
  readonly volume: string;
  /** A tar of the script, the patches and the tree. */
  readonly input: AsyncIterable<Buffer>;
  /** Files of this machine for what comes out. */
  readonly files: KeptFiles;
  readonly log: BuildLog;
  readonly labels: Labels;
  readonly signal?: AbortSignal | undefined;
}

const MiB = 1024 ** 2;

/**
 * Builds a tree in a container that is confined as an attempt's is: no network, no capability, a root that cannot be written; time,
 * memory, processes and disk as the recipe bounds them (its disk is a tmpfs, so that a full one is its own). The compiler's cache is read there
 * and not written. Throws a Failure("infrastructure") where the tree could not be built: with the step, its last lines, and where
 * the whole log lies.
 */
export async function buildTree(engine: Engine, build: TreeBuild): Promise<Kept> {
  const { recipe, log, signal } = build;
  const limits = boundsOf(recipe.limits);
  const late = new AbortController();
  const alarm = timer(() => late.abort(), limits.timeMs);
  const container = await engine.start(
    {
      image: build.image,
      command: BUILD_COMMAND,
      labels: build.labels,
      user: `${BUILDER}:${BUILDER}`,
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
      memory: limits.disk + limits.memory,
      processes: recipe.limits.processes,
      tmpfs: {
        [ROOM]: `rw,exec,nosuid,nodev,mode=1777,size=${limits.disk},nr_inodes=400000`,
        "/tmp": `rw,exec,nosuid,nodev,mode=1777,size=${64 * MiB}`,
      },
      volumes: { [CACHE]: { name: build.volume, readOnly: true } },
      network: "none",
      capabilities: [],
      ulimits: { nofile: 4096 },
      workingDir: "/",
      lifetimeMs: limits.timeMs + 60_000,
      onStderr: (piece) => log.add(piece),
    },
    signal,
  );
  const stop = (): void => void container.remove();
  late.signal.addEventListener("abort", stop);
  signal?.addEventListener("abort", stop);
  try {
    const [fed, kept, ended] = await Promise.allSettled([
      feed(container, build.input),
      keep(container.stdout, recipe.name, build.files, limits.disk),
      container.ended(),
    ]);
    if (signal?.aborted) throw interrupted();
    if (late.signal.aborted) throw failed(build, `it took longer than ${recipe.limits.time}`);
    // A tree that could not be read is why a build got too little of it.
    if (fed.status === "rejected" && fed.reason instanceof Failure && isReadersOwn(fed.reason))
      throw fed.reason;
    if (ended.status === "rejected") throw ended.reason;
    const why = whyNot(ended.value, build);
    if (why !== null) throw failed(build, why);
    if (kept.status === "rejected") throw failed(build, (kept.reason as Error).message);
    return kept.value;
  } finally {
    clearTimeout(alarm);
    late.signal.removeEventListener("abort", stop);
    signal?.removeEventListener("abort", stop);
    await container.remove();
  }
}

class Unwritten extends Failure {}

async function feed(container: Container, input: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const chunk of input) {
      await container.stdin.write(chunk).catch((cause: Error) => {
        throw new Unwritten("infrastructure", cause.message, null, { cause });
      });
    }
    container.stdin.end();
  } catch (error) {
    // It would wait for the rest of the tree until its time is over.
    await container.remove();
    throw error;
  }
}

/** A container that ended early reads no more; why it ended is what matters. */
function isReadersOwn(failure: Failure): boolean {
  return !(failure instanceof Unwritten);
}

function whyNot({ exitCode, oomKilled }: ContainerEnd, { recipe, log }: TreeBuild): string | null {
  if (exitCode === 0) return null;
  const { memory, disk, processes } = recipe.limits;
  if (oomKilled) return `it needs more than ${memory} of memory`;
  const said = log.said.join("\n");
  if (/No space left on device/i.test(said)) return `it wrote more than the ${disk} that its recipe allows`;
  if (/fork: (?:retry: )?Resource temporarily unavailable|Cannot fork/i.test(said))
    return `it started more than the ${processes} processes that its recipe allows`;
  return `the step '${log.step}' failed (exit ${exitCode})`;
}

/** The tree itself could not be built; the engine did what was asked of it. */
export class UnbuiltTree extends Failure {}

function failed({ title, log }: TreeBuild, why: string): Failure {
  const said = log.said.length === 0 ? "" : `:\n${log.said.join("\n")}`;
  const message = `${title} could not be built: ${why}${said}`;
  return new UnbuiltTree("infrastructure", message, `the whole log: ${log.file}`);
}

function boundsOf({ disk, memory, time }: SourceRecipe["limits"]): {
  readonly disk: number;
  readonly memory: number;
  readonly timeMs: number;
} {
  return {
    disk: sizeBytes(disk, "limits.disk") ?? 0,
    memory: sizeBytes(memory, "limits.memory") ?? 0,
    timeMs: durationMs(time, "limits.time"),
  };
}
