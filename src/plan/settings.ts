import { overlayFault } from "../manifest/overlay.js";
import { badRequest } from "../failure.js";
import { Limits, type Manifest, type Variant } from "../manifest/repro.js";
import { LOCALE } from "../manifest/package-name.js";
import { durationMs, sizeBytes } from "../manifest/units.js";
import { beside } from "./beside.js";
import type { BuildPlan, RunPlan } from "./plan.js";
import type { BuildOverrides, RunOverrides } from "./request.js";
import type * as z from "zod";

const MiB = 1024 ** 2;
/** `nobody` of every Debian and Alpine image. */
const NOBODY = 65534;

const DEFAULT_LIMITS = { stack: 8 * MiB, memory: 512 * MiB, processes: 256, files: 1024, tmp: 64 * MiB };
/**
 * Go ends an endless recursion itself, at a stack of 1 GB; with the halves that it had before, which it keeps, that takes 1 GiB. A limit
 * below that would show a SIGKILL in its place.
 */
const GO_MEMORY = 1536 * MiB;
/** A sanitizer's shadow memory and its own malloc need more than a plain program. */
const SANITIZER_MEMORY = 2048 * MiB;

/** Manifest, then variant, then flags: lists add up, single values replace. */
export function buildPlan(manifest: Manifest, variant: Variant, flags: BuildOverrides): BuildPlan {
  const list = <K extends "cflags" | "ldflags" | "goflags">(key: K): string[] => [
    ...(manifest[key] ?? []),
    ...(variant[key] ?? []),
    ...(flags[key] ?? []),
  ];
  const one = <K extends "link" | "cc" | "cgo" | "sanitize">(key: K) =>
    flags[key] ?? variant[key] ?? manifest[key];
  const sanitize = one("sanitize") ?? [];
  const { command, test } = howBuilt(manifest, variant, flags);
  const target = flags.target ?? variant.target ?? manifest.target;
  return {
    language: manifest.language,
    sources: variant.sources ?? manifest.sources,
    // A sanitizer's run-time library wants the dynamic loader.
    link: one("link") ?? (sanitize.length > 0 ? "dynamic" : "static"),
    patches: [...(manifest.patches ?? []), ...(variant.patches ?? [])],
    cc: one("cc") ?? "gcc",
    cflags: list("cflags"),
    ldflags: list("ldflags"),
    goflags: list("goflags"),
    cgo: one("cgo") ?? true,
    sanitize,
    command,
    test,
    ...(manifest.program === undefined ? {} : { program: manifest.program }),
    ...(target === undefined ? {} : { target }),
  };
}

/** By a command line, as a test, or neither; a flag for one takes the place of a manifest's other. */
function howBuilt(
  manifest: Manifest,
  variant: Variant,
  flags: BuildOverrides,
): Pick<BuildPlan, "command" | "test"> {
  const { build = null, test = false } = { ...manifest, ...variant };
  const command = flags.command ?? (flags.test === true ? null : build);
  const isTest = flags.test ?? (flags.command === undefined && test);
  if (command !== null && isTest) {
    throw badRequest(`${manifest.name}: 'build' and 'test' exclude each other`, "take one of them out");
  }
  if (isTest && manifest.language !== "go") {
    throw badRequest(
      `${manifest.name}: 'test' builds a Go test, and this repro is ${manifest.language}`,
      "build what you want to run with --build 'make check'",
    );
  }
  return { command, test: isTest };
}

export function runPlan(
  manifest: Manifest,
  variant: Variant,
  build: BuildPlan,
  flags: RunOverrides,
): RunPlan {
  const run = manifest.run ?? {};
  const timeout = flags.timeout === undefined ? "run.timeout" : "--timeout";
  return {
    args: [flags.args, variant.args, run.args, manifest.args].find((args) => args !== undefined) ?? [],
    env: { ...manifest.env, ...run.env, ...variant.env, ...flags.env },
    files: { ...manifest.files, ...variant.files, ...laidByFlags(flags) },
    user: parseUser(flags.user ?? run.user ?? NOBODY),
    timeoutMs: durationMs(flags.timeout ?? run.timeout ?? "10s", timeout),
    stdin: flags.stdin ?? run.stdin ?? null,
    limits: limits({ ...run.limits, ...limitFlags(flags) }, build, flags),
    network: flags.network ?? "none",
    capabilities: flags.capabilities ?? [],
    ...surroundings(run, build, flags),
    ...locales(run.locales ?? [], flags.locales ?? []),
    ...beside(run, flags),
  };
}

/** A terminal, and the folder that a program runs in: go runs a test in its package's. */
function surroundings(
  run: NonNullable<Manifest["run"]>,
  { test, target }: BuildPlan,
  flags: RunOverrides,
): Pick<RunPlan, "tty" | "directory"> {
  const directory = flags.directory ?? run.directory ?? (test ? (target ?? ".") : undefined);
  if (directory !== undefined && (directory.startsWith("/") || directory.split("/").includes("..")))
    throw badRequest(`--directory ${directory}: not a folder of the repro`, "for example: --directory data");
  return {
    ...((flags.tty ?? run.tty) === true ? { tty: true } : {}),
    ...(directory === undefined ? {} : { directory }),
  };
}

/** A manifest's own are checked where it is read, with file and line. */
function locales(given: readonly string[], flags: readonly string[]): Pick<RunPlan, "locales"> {
  const wrong = flags.find((name) => !LOCALE.test(name));
  if (wrong !== undefined)
    throw badRequest(
      `--locale '${wrong}': not the name of a locale`,
      "for example: --locale de_DE.UTF-8 --env-var LC_ALL=de_DE.UTF-8",
    );
  const all = [...new Set([...given, ...flags])].sort();
  return all.length === 0 ? {} : { locales: all };
}

/** A manifest's own are checked where it is read, with file and line. */
function laidByFlags({ files = {} }: RunOverrides): Record<string, string> {
  for (const path of Object.keys(files)) {
    const fault = overlayFault(path);
    if (fault !== null) throw badRequest(`--file: ${fault}`, "put it elsewhere");
  }
  return files;
}

function limits(given: z.infer<typeof Limits>, build: BuildPlan, flags: RunOverrides): RunPlan["limits"] {
  const bounded = (size: string | number, what: string): number => {
    const bytes = sizeBytes(size, what);
    if (bytes === null)
      throw badRequest(`${what}: may not be unlimited`, "give a size: a hostile program would fill it");
    return bytes;
  };
  const memory = defaultMemory(build);
  const stack = flags.stack ?? given.stack;
  return {
    stack:
      stack === undefined
        ? DEFAULT_LIMITS.stack
        : sizeBytes(stack, flags.stack === undefined ? "run.limits.stack" : "--stack"),
    memory: bounded(flags.memory ?? given.memory ?? memory, "run.limits.memory"),
    processes: given.processes ?? DEFAULT_LIMITS.processes,
    files: given.files ?? DEFAULT_LIMITS.files,
    tmp: bounded(given.tmp ?? DEFAULT_LIMITS.tmp, "run.limits.tmp"),
  };
}

/** `--limit files=4096`, in the manifest's own words. */
function limitFlags({ limits: given = {} }: RunOverrides): z.infer<typeof Limits> {
  const isCount = (name: string): boolean => name === "files" || name === "processes";
  const parsed = Limits.safeParse(
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, isCount(name) ? Number(value) : value]),
    ),
  );
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badRequest(
    `--limit: ${issue?.path.join(".") ?? ""}${issue?.path.length ? ": " : ""}${issue?.message ?? "not valid"}`,
    "for example: --limit files=4096, processes=64, stack=1MiB, memory=256MiB, tmp=1MiB",
  );
}

function defaultMemory({ language, sanitize }: BuildPlan): number {
  if (sanitize.length > 0) return SANITIZER_MEMORY;
  return language === "go" ? GO_MEMORY : DEFAULT_LIMITS.memory;
}

/** `1000`, `1000:100` -> ids. Names are refused: an image's names are not the host's. */
function parseUser(user: string | number): { uid: number; gid: number } {
  if (typeof user === "number") return { uid: user, gid: user };
  const match = /^(\d+)(?::(\d+))?$/.exec(user);
  if (match === null)
    throw badRequest(
      `user: '${user}' is not a number`,
      "give a uid, or uid:gid, such as 1000:1000; root is 0, nobody 65534",
    );
  const uid = Number(match[1]);
  return { uid, gid: match[2] === undefined ? uid : Number(match[2]) };
}
