import { randomBytes } from "node:crypto";
import { posix } from "node:path";
import type { ContextEntry, Engine, FolderEntry } from "../../docker/engine.js";
import { infrastructure, interrupted } from "../../failure.js";
import { keyOf } from "../../plan/key.js";
import type { BuildPlan } from "../../plan/plan.js";
import { settled } from "../../settled.js";
import { BatchWatch } from "./batch-watch.js";
import { confinedBuild, USER } from "./build-container.js";
import { BuildOutput } from "./build-output.js";
import { buildFiles } from "../dockerfiles.js";
import type { EnvironmentImage } from "../environment.js";
import { imageTag, partLabels } from "../labels.js";
import { BOUNDS } from "./left-by-build.js";
import { patchesOf } from "../patch.js";
import { librariesApart } from "../recipe/libraries-apart.js";
import { recipeFor } from "../recipe/recipe.js";
import { BUILD, CANDIDATES, GO_CACHE, OUTPUT, PRIVATE_GOROOT, PROGRAM, SOURCES } from "../recipe/shape.js";
import { builderLabel, UNFINISHED } from "../sweep-unfinished.js";

/** Beyond its limit, until a candidate's build is gone and the next one's files are there. */
const GRACE_SECONDS = 15;
/** batch.sh's exit code for what the compiler's named warnings refuse. */
const LINT = 67;

/** One program of a batch: files by their path in the repro, patches among them, and how it is built. */
export interface BatchEntry {
  readonly build: BuildPlan;
  readonly files: Readonly<Record<string, ContextEntry>>;
  /** A shell script that fails where the program has faults that are looked for; run in the sources' folder. */
  readonly lint?: string | undefined;
  /** Seconds that its build may take, and its lint. */
  readonly limitSeconds: number;
}

/** What came of it: the program's path in the batch's image, or why there is none. */
export type BatchBuilt =
  | { readonly program: string; readonly ms: number }
  | { readonly refused: "build" | "warnings" | "time"; readonly said: string };

/** Programs in one image. It has no name that lasts: whoever made it removes it. */
export interface Batch {
  readonly image: string;
  readonly built: readonly BatchBuilt[];
  /** Never throws. */
  remove(): Promise<void>;
}

/** Programs that are run alike, and what is laid over their container's root. */
export interface BatchGroup {
  readonly entries: readonly BatchEntry[];
  readonly root: Readonly<Record<string, ContextEntry>>;
}

export interface BatchOptions {
  readonly engine: Engine;
  readonly environment: EnvironmentImage;
  /** A volume in which Go finds what it compiled before, and leaves what it compiles now. */
  readonly cache?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds several programs in one container, as confined as any build, and puts each group of them into an image of their environment: what
 * would take each program two containers and an image takes a fifth of the time so. A candidate that does not build costs no other one.
 */
export async function buildBatch(groups: readonly BatchGroup[], options: BatchOptions): Promise<Batch[]> {
  const mark = randomBytes(12).toString("hex");
  const entries = groups.flatMap((group) => group.entries);
  const { ends, left } = await ranBatch(entries, mark, options);
  let first = 0;
  const outcomes = groups.map((group) =>
    group.entries.map(() => {
      const index = first++;
      return outcome(index, ends.get(index), left);
    }),
  );
  return settled(
    groups.map(({ root }, i) =>
      imageOf(outcomes[i] as BatchBuilt[], { mark: `${mark}${i}`, left, root }, options),
    ),
    (batch) => batch.remove(),
  );
}

/** Programs of one group in an image; none where no program was built. */
async function imageOf(
  built: readonly BatchBuilt[],
  { mark, left, root }: { mark: string; left: readonly FolderEntry[]; root: BatchGroup["root"] },
  { engine, environment, signal }: BatchOptions,
): Promise<Batch> {
  const kept = new Set(built.flatMap((each) => ("program" in each ? [each.program] : [])));
  if (kept.size === 0) return { image: environment.id, built, remove: () => Promise.resolve() };
  const tag = `${imageTag("binary", keyOf({ mark }))}-batch${UNFINISHED}`;
  const image = await engine.build({
    context: {
      "tree/opt/candidates": { folder: true },
      ...programs(left, kept),
      ...Object.fromEntries(
        Object.entries(root).map(([path, file]) => [`tree/${path.replace(/^\/+/, "")}`, file]),
      ),
      // Each COPY is a layer, and some tenths of a second.
      Dockerfile: { content: `FROM ${environment.id}\nCOPY tree/ /\n` },
    },
    labels: { ...partLabels(mark), ...builderLabel() },
    tag,
    network: "none",
    ...(signal === undefined ? {} : { signal }),
  });
  return { image, built, remove: () => engine.removeImage(tag).catch(() => undefined) };
}

interface Ended {
  readonly code: number;
  readonly ms: number;
  readonly said: string;
}

/** What the builds came to, by number, and what they left. */
interface Ran {
  readonly ends: ReadonlyMap<number, Ended>;
  readonly left: readonly FolderEntry[];
}

/** As `timeout` says it. */
const TOO_LONG: Ended = { code: 124, ms: 0, said: "" };

/** Runs the builds; where one is not reported in time, all others once more without it. */
async function ranBatch(entries: readonly BatchEntry[], mark: string, options: BatchOptions): Promise<Ran> {
  const late = new Map<number, Ended>();
  while (late.size < entries.length) {
    const ran = await runBatch(entries, { mark, without: late }, options);
    if (typeof ran !== "number") return { ...ran, ends: new Map([...ran.ends, ...late]) };
    late.set(ran, TOO_LONG);
  }
  return { ends: late, left: [] };
}

/** Runs the builds, and takes out what they left; or says which one was not reported in time. */
async function runBatch(
  entries: readonly BatchEntry[],
  { mark, without }: { mark: string; without: ReadonlyMap<number, unknown> },
  { engine, environment, cache, signal }: BatchOptions,
): Promise<Ran | number> {
  const command = ["/bin/sh", `${BUILD}/batch.sh`, mark, String(entries.length)];
  const files = await batchFiles(entries, without, environment);
  if (cache !== undefined) files[GO_CACHE] = { folder: true, owner: USER };
  const request = await confinedBuild(environment.id, command, files, { engine });
  const volumes = cache === undefined ? {} : { [GO_CACHE]: { name: cache, readOnly: false } };
  // Each may have its lint and its build, and all of them their time.
  const waitMs = new Map(
    entries.flatMap(({ limitSeconds }, i) =>
      without.has(i) ? [] : [[i, 2000 * (limitSeconds + GRACE_SECONDS)] as const],
    ),
  );
  const longest = [...waitMs.values()].reduce((sum, ms) => sum + ms, 0);
  const lifetimeMs = Math.max(request.lifetimeMs ?? 0, longest);
  const container = await engine.start({ ...request, lifetimeMs, volumes }, signal);
  const ends = new Map<number, Ended>();
  const stop = (): void => void container.remove();
  const watch = new BatchWatch(waitMs, stop);
  const output = new BuildOutput((line) => {
    if (readLine(line, mark, ends)) watch.wait(ends);
  });
  signal?.addEventListener("abort", stop, { once: true });
  try {
    if (signal?.aborted) stop();
    container.stdin.end();
    for await (const chunk of container.stdout) output.push(chunk);
    output.end();
    const { trusted, why } = await container.ended();
    if (!trusted) throw infrastructure(`a batch of candidates: its build's end is not certain: ${why}`);
    return { ends, left: await container.readFolder(CANDIDATES, BOUNDS) };
  } catch (error) {
    if (signal?.aborted) throw interrupted();
    if (watch.overdue !== null) return watch.overdue;
    throw error;
  } finally {
    watch.close();
    signal?.removeEventListener("abort", stop);
    await container.remove();
  }
}

async function batchFiles(
  entries: readonly BatchEntry[],
  without: ReadonlyMap<number, unknown>,
  environment: EnvironmentImage,
): Promise<Record<string, ContextEntry & { owner?: number }>> {
  const scripts = Object.entries(await buildFiles()).map(
    ([name, entry]) => [`${BUILD}/${name}`, entry] as const,
  );
  const folders = [SOURCES, OUTPUT, PRIVATE_GOROOT, CANDIDATES];
  return Object.fromEntries<ContextEntry & { owner?: number }>([
    ...folders.map((path) => [path, { folder: true, owner: USER }] as const),
    ...scripts,
    ...entries.flatMap((entry, i) =>
      without.has(i) ? [] : Object.entries(candidateFiles(entry, `/candidates/${i}`, environment)),
    ),
  ]);
}

function candidateFiles(
  { build, files, lint, limitSeconds }: BatchEntry,
  folder: string,
  environment: EnvironmentImage,
): Record<string, ContextEntry> {
  const diffs = [...build.patches, ...(build.sourcePatches ?? [])];
  const paths = Object.keys(files).filter((path) => !diffs.includes(path));
  const targets = patchesOf(build, (path) => textOf(files[path]), paths);
  const uses = librariesApart(files);
  const recipe = recipeFor(build, paths, environment.toolchain, targets, uses);
  return {
    [`${folder}/recipe.sh`]: { content: recipe.script },
    [`${folder}/limit`]: { content: String(limitSeconds) },
    ...(lint === undefined ? {} : { [`${folder}/lint.sh`]: { content: lint } }),
    ...Object.fromEntries(Object.entries(files).map(([path, file]) => [`${folder}${SOURCES}/${path}`, file])),
  };
}

function textOf(entry: ContextEntry | undefined): string {
  return entry !== undefined && "content" in entry ? entry.content.toString() : "";
}

/**
 * Whether a line reports a candidate. The mark keeps what builds print by chance apart. One that means to can say what it likes, also of its
 * neighbours: they are all of one program.
 */
function readLine(line: string, mark: string, ends: Map<number, Ended>): boolean {
  if (!line.startsWith(`${mark} `)) return false;
  const [, number = "", code = "", ms = "", ...said] = line.split(" ");
  ends.set(Number(number), { code: Number(code), ms: Number(ms), said: said.join(" ") });
  return true;
}

function outcome(index: number, ended: Ended | undefined, left: readonly FolderEntry[]): BatchBuilt {
  if (ended === undefined) return { refused: "build", said: "its build was not reported" };
  const { code, ms, said } = ended;
  if (code === LINT) return { refused: "warnings", said };
  if (code !== 0) return { refused: code === 124 || code === 137 ? "time" : "build", said };
  const path = `${index}/${posix.basename(PROGRAM)}`;
  const program = left.find((entry) => entry.kind === "file" && entry.path === path);
  return program === undefined
    ? { refused: "build", said: "it left no program" }
    : { program: `${CANDIDATES}/${path}`, ms };
}

/** The files that the builds left, owned by root in the image. What is no file or folder goes nowhere. */
function programs(left: readonly FolderEntry[], kept: ReadonlySet<string>): Record<string, ContextEntry> {
  const files = left.flatMap((entry): [string, ContextEntry][] => {
    const folder = `${CANDIDATES}/${entry.path.split("/")[0]}/${posix.basename(PROGRAM)}`;
    if (entry.kind !== "file" || !kept.has(folder)) return [];
    return [
      [`tree${CANDIDATES}/${entry.path}`, { content: entry.content, mode: entry.executable ? 0o755 : 0o644 }],
    ];
  });
  return Object.fromEntries(files);
}
