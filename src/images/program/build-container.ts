import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Container, ContainerRequest, ContextEntry, Engine } from "../../docker/engine.js";
import { badRequest, infrastructure, interrupted } from "../../failure.js";
import type { BuildPlan } from "../../plan/plan.js";
import { BuildOutput } from "./build-output.js";
import type { EnvironmentImage } from "../environment.js";
import { linkedOf } from "../elf.js";
import { BOUNDS, leftByBuild, type LeftByBuild } from "./left-by-build.js";
import { explainProgramBuild } from "../recipe/build-failure.js";
import { linkWarnings } from "../recipe/link-warnings.js";
import { BUILD, OUTPUT, PRIVATE_GOROOT, PROGRAM, SOURCES, OTHERWISE } from "../recipe/shape.js";

/** Nobody: what a stranger's build runs as. */
export const USER = 65534;
/** What any build of a program may take at most. */
export const WITHIN_MS = 30 * 60_000;
const PROCESSES = 4096;
/** Bytes of memory, where the engine's machine has less than the like. */
const LEAST_MEMORY = 1024 ** 3;

export interface BuildRun {
  readonly name: string;
  readonly build: BuildPlan;
  readonly environment: EnvironmentImage;
  /** Sources and patches, by their path in the repro's folder. */
  readonly files: Readonly<Record<string, ContextEntry>>;
  /** What it runs by, `recipe.sh` among them. */
  readonly scripts: Readonly<Record<string, ContextEntry>>;
  /** Absolute paths of what patches change: of the Go tree, and of the repro's sources. */
  readonly patched: readonly string[];
}

export interface BuildRunOptions {
  readonly engine: Engine;
  readonly signal?: AbortSignal | undefined;
  readonly platform?: string | undefined;
  readonly onLine: (line: string) => void;
}

/** What a build came to: what it left, and what its linker warned of. */
export interface Built extends LeftByBuild {
  /** Absolute path of the program. */
  readonly program: string;
  readonly linkWarnings: readonly string[];
  /** A Go program that turned out to have no C in it. */
  readonly isOtherwise: boolean;
}

/**
 * Runs a build in a container of its own, which is removed with all that the build did but for the folder $OUTDIR: without network, as an
 * ordinary user without any right, within bounds. Throws a Failure("request") where the program does not build.
 */
export async function runBuild(run: BuildRun, options: BuildRunOptions): Promise<Built> {
  const { engine, signal, onLine } = options;
  const container = await engine.start(await buildContainer(run, options), signal);
  const output = new BuildOutput(onLine);
  const ending = AbortSignal.any([AbortSignal.timeout(WITHIN_MS), ...(signal ? [signal] : [])]);
  const stop = (): void => void container.remove();
  ending.addEventListener("abort", stop, { once: true });
  try {
    if (ending.aborted) stop();
    container.stdin.end();
    for await (const chunk of container.stdout) output.push(chunk);
    output.end();
    await assertSucceeded(run, container, output);
    // A build says what it likes; only where none of its own ran is this the recipe's word.
    return run.build.language === "command"
      ? await heldBefore(engine, run, output.found)
      : await builtBy(run, container, output);
  } catch (error) {
    if (signal?.aborted) throw interrupted();
    if (!ending.aborted) throw error;
    throw badRequest(
      `${run.name}: the build took more than ${WITHIN_MS / 60_000} minutes`,
      "make it shorter",
    );
  } finally {
    ending.removeEventListener("abort", stop);
    await container.remove();
  }
}

async function buildContainer(run: BuildRun, options: BuildRunOptions): Promise<ContainerRequest> {
  const owned = Object.entries(run.files).map(
    ([path, entry]) => [`${SOURCES}/${path}`, { ...entry, owner: USER }] as const,
  );
  const folders = [...foldersOf(owned.map(([path]) => path)), OUTPUT, PRIVATE_GOROOT];
  const files = Object.fromEntries<ContextEntry & { owner?: number }>([
    ...folders.map((path) => [path, { folder: true, owner: USER }] as const),
    ...owned,
    ...Object.entries(run.scripts).map(([path, entry]) => [`${BUILD}/${path}`, entry] as const),
  ]);
  return confinedBuild(run.environment.id, ["/bin/sh", `${BUILD}/recipe.sh`], files, options);
}

/** A container in which a stranger's build may run: without network, as an ordinary user without any right, within bounds. */
export async function confinedBuild(
  image: string,
  command: readonly string[],
  files: Readonly<Record<string, ContextEntry & { owner?: number }>>,
  { engine, platform }: Pick<BuildRunOptions, "engine" | "platform">,
): Promise<ContainerRequest> {
  const { memory } = await engine.facts();
  return {
    image,
    command,
    labels: {},
    user: `${USER}:${USER}`,
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    memory: Math.max(LEAST_MEMORY, Math.floor(memory * 0.75)),
    processes: PROCESSES,
    tmpfs: {},
    network: "none",
    capabilities: [],
    writable: true,
    files: Object.fromEntries(Object.entries(files).map(([path, entry]) => [path.slice(1), entry])),
    workingDir: "/",
    lifetimeMs: 2 * WITHIN_MS,
    ...(platform === undefined ? {} : { platform }),
  };
}

/** The folders that hold these files, up to and without the root. */
function foldersOf(paths: readonly string[]): Set<string> {
  const folders = new Set([SOURCES]);
  for (const path of paths)
    for (let at = posix.dirname(path); at !== "/"; at = posix.dirname(at)) folders.add(at);
  return folders;
}

async function assertSucceeded(run: BuildRun, container: Container, output: BuildOutput): Promise<void> {
  const { exitCode, oomKilled, trusted, why } = await container.ended();
  if (!trusted) throw infrastructure(`${run.name}: the build's end is not certain: ${why}`);
  if (exitCode === 0) return;
  if (oomKilled)
    throw badRequest(`${run.name}: the build ran out of memory`, "let it compile less at a time");
  throw explainProgramBuild(run.name, exitCode, output.lines, {
    ...run.build,
    toolchain: run.environment.toolchain,
  });
}

async function builtBy(run: BuildRun, container: Container, output: BuildOutput): Promise<Built> {
  const left = leftByBuild(await container.readFolder(OUTPUT, BOUNDS), run.name);
  const patched = await patchedTree(run, container);
  return {
    program: PROGRAM,
    sha256: left.sha256,
    linked: left.linked,
    files: { ...left.files, ...patched },
    linkWarnings: linkWarnings(output.lines),
    isOtherwise: output.lines.includes(OTHERWISE),
  };
}

/** The files that patches changed, for who looks at the program: they are read where its debug information names them. */
async function patchedTree(run: BuildRun, container: Container): Promise<Record<string, ContextEntry>> {
  const folders = [...new Set(run.patched.map((path) => posix.dirname(path)))];
  const files: Record<string, ContextEntry> = {};
  for (const folder of folders) {
    for (const entry of await container.readFolder(folder, BOUNDS)) {
      const path = posix.join(folder, entry.path);
      if (entry.kind === "file" && run.patched.includes(path))
        files[path] = { content: entry.content, mode: entry.executable ? 0o755 : 0o644 };
    }
  }
  return files;
}

/** A program that the image held already, and that stays where it is. */
async function heldBefore(engine: Engine, run: BuildRun, program: string | null): Promise<Built> {
  if (program === null) throw infrastructure(`${run.name}: the recipe named no program`);
  const content = await engine.readFile(run.environment.id, program);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { program, sha256, linked: linkedOf(content), files: {}, linkWarnings: [], isOtherwise: false };
}
