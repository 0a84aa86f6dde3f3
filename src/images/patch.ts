import { badRequest } from "../failure.js";
import {
  PRIVATE_GOROOT,
  SOURCES,
  type Patches,
  type PatchTargets,
  type SourcePatch,
} from "./recipe/shape.js";
import type { BuildPlan } from "../plan/plan.js";

/** Folders above a repro's own, in a diff that was made at the top of a project. */
const MOST_PARTS = 32;

/** What the patches of a build change. `text` gives a patch's; `sources` are the repro's files. Throws a Failure("request"). */
export function patchesOf(
  { patches, sourcePatches = [] }: Pick<BuildPlan, "patches" | "sourcePatches">,
  text: (path: string) => string,
  sources: readonly string[],
): Patches {
  return {
    goroot: patches.map((path) => gorootPatch(path, text(path))),
    sources: sourcePatches.map((path) => sourcePatch(path, text(path), sources)),
  };
}

/** Absolute paths, in a build's container, of what patches change. */
export function changedBy({ goroot, sources }: Patches): string[] {
  const changed = [
    ...goroot.flatMap(({ files }) => files.map((file) => `${PRIVATE_GOROOT}/${file}`)),
    ...sources.flatMap(({ files }) => files.map((file) => `${SOURCES}/${file}`)),
  ];
  return [...new Set(changed)];
}

function gorootPatch(path: string, diff: string): PatchTargets {
  const files = patchedFiles(diff);
  assertDiff(path, files);
  const outside = files.find(leadsOut);
  if (outside !== undefined)
    throw badRequest(
      `${path} changes ${outside}, which is not a file of the Go tree`,
      "name files of GOROOT alone",
    );
  return { path, files };
}

/** A diff of a whole project names a file of the repro by the end of its path: so many parts are left out that the first one is there. */
export function sourcePatch(path: string, diff: string, sources: readonly string[]): SourcePatch {
  const paths = pathsOf(diff);
  assertDiff(path, paths);
  const own = new Set(sources);
  for (let strip = 0; strip <= MOST_PARTS; strip++) {
    if (!paths.some((each) => own.has(without(each, strip)))) continue;
    const files = [...new Set(paths.map((each) => without(each, strip)))];
    const outside = files.find(leadsOut);
    if (outside === undefined) return { path, strip, files };
    throw badRequest(`${path} changes ${outside}, outside of the repro`, "take that file out of the diff");
  }
  const [named = ""] = paths.map((each) => without(each, 1));
  const meant = sources.filter((source) => source.endsWith(`/${named.replace(/^.*\//, "")}`));
  throw badRequest(
    `${path} changes ${named}, and the program has no such file (it has ${sources.slice(0, 5).join(", ")})`,
    meant.length === 1
      ? `make the diff in the folder of the repro, so that it names ${meant[0]}`
      : "name a diff of the program's own sources; a libc's or Go's goes over --env musl@REF or glibc-2.31/go@REF",
  );
}

/** Whether a diff names files of the repro alone. */
export function ownsAll(diff: string, sources: readonly string[]): boolean {
  const paths = pathsOf(diff);
  const own = new Set(sources);
  const strips = Array.from({ length: MOST_PARTS }, (_, strip) => strip);
  return paths.length > 0 && strips.some((strip) => paths.every((path) => own.has(without(path, strip))));
}

function assertDiff(path: string, files: readonly string[]): void {
  if (files.length === 0) throw badRequest(`${path}: no unified diff`, "make one with diff -u or git diff");
}

function leadsOut(file: string): boolean {
  return file.startsWith("/") || file.split("/").includes("..");
}

/**
 * The files that a unified diff touches, without the first part of their paths (`patch -p1`), in order. A file that it
 * creates is among them.
 */
export function patchedFiles(diff: string): string[] {
  return [...new Set(pathsOf(diff).map((path) => without(path, 1)))];
}

function pathsOf(diff: string): string[] {
  const lines = diff.split("\n");
  return lines.flatMap((line, index) => {
    const next = lines[index + 1] ?? "";
    if (!line.startsWith("--- ") || !next.startsWith("+++ ")) return [];
    const to = pathOf(next);
    return [to === "/dev/null" ? pathOf(line) : to];
  });
}

/** A path without its first parts; its last one always stays. */
function without(path: string, parts: number): string {
  const all = path.split("/");
  return all.slice(Math.min(parts, all.length - 1)).join("/");
}

/** `+++ b/src/net/dial.go<TAB>2026-01-01 …` -> `b/src/net/dial.go` */
function pathOf(header: string): string {
  return (header.slice(4).split("\t")[0] ?? "").trim();
}
