import { resolve } from "node:path";
import { badRequest } from "../../failure.js";
import type { ReproFolder } from "../../manifest/load.js";
import { commitRange, describeCommit, layCommit } from "./commits.js";
import type { ReproPlanner } from "./diff.js";
import { withCopy } from "./private-copy.js";
import type { Territory } from "./territory.js";

/** What `--over` says of commits: for a Go the libc that it runs on, the source's name, and both ends. */
const FORM = /^(?:([^/@]+)\/)?([\w.-]+)@(.*?[^.])\.\.([^.].*)$/;

/** A range of a source's commits. */
export interface Range {
  /** `glibc-2.31` of `glibc-2.31/go@A..B`; else undefined. */
  readonly libc: string | undefined;
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Whether this names commits of a source. */
export function isCommits(over: string): boolean {
  return FORM.test(over);
}

/** The name of a source and a range of it. */
export function rangeOf(over: string): Range {
  const [, libc, name = "", from = "", to = ""] = FORM.exec(over) ?? [];
  return { libc, name, from, to };
}

/** The same as `--over` takes it. */
export function rangeText({ libc, name, from, to }: Range): string {
  return `${libc === undefined ? "" : `${libc}/`}${name}@${from}..${to}`;
}

/** Where a source's clone lies, by `--source NAME=PATH`; the user's own project (`.`) is the repro's folder unless it is said. */
export function cloneOf(name: string, sources: readonly string[], repro: ReproFolder, cwd: string): string {
  const given = sources.find((text) => text.startsWith(`${name}=`));
  const place = given?.slice(name.length + 1);
  if (place?.startsWith("deb:") === true) {
    throw badRequest(
      `--over ${name}@…: ${given} is a source package, which has no history of commits`,
      `name a clone, --source ${name}=PATH; or run both packages: vivarium run … --env ${name}@bookworm,${name}@trixie`,
    );
  }
  if (place !== undefined) return resolve(cwd, place);
  if (name === ".") return repro.path;
  throw badRequest(`--over ${name}@…: where is the clone of ${name}?`, `say it with --source ${name}=PATH`);
}

/**
 * Commits of the user's own project: at each, what the repro's manifest names is taken from the commit (`layCommit`), and built as the repro
 * says.
 */
export async function project(
  over: string,
  clone: string,
  repro: ReproFolder,
  plan: ReproPlanner,
): Promise<Territory> {
  const { from, to } = rangeOf(over);
  const range = await commitRange(clone, from, to);
  return {
    unit: "commit",
    history: range.history,
    newEnd: range.newEnd,
    oldEnd: range.oldEnd,
    isGit: true,
    ownEnvironments: false,
    title: (point) => range.subjects.get(point) ?? "",
    prepare: (point, request) =>
      withCopy(
        repro,
        async (copy) => {
          await layCommit(repro, clone, point, copy.path);
          return plan(copy, request);
        },
        new Map(Object.entries(repro.outside)),
      ),
    change: (id) => describeCommit(clone, id),
  };
}
