import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { badRequest } from "../../failure.js";
import type { ReproFolder } from "../../manifest/load.js";
import type { CampaignRequest } from "../../plan/request.js";
import type { Prepared } from "../../request/prepare.js";
import { line } from "../strategy/bisect/history.js";
import { git } from "../../images/source/run-git.js";
import { diffOf, hunksOf } from "./hunks.js";
import { withCopy } from "./private-copy.js";
import type { Territory } from "./territory.js";

const MOST_BYTES = 4 * 1024 ** 2;

/** Makes a plan of a repro that was changed. */
export type ReproPlanner = (repro: ReproFolder, request: CampaignRequest) => Promise<Prepared>;

/**
 * The hunks of a diff over the repro's sources, applied one after the other: which of them makes the difference, given those before it. A point is
 * the number of hunks that are applied.
 */
export async function hunks(
  over: string,
  repro: ReproFolder,
  cwd: string,
  plan: ReproPlanner,
): Promise<Territory> {
  const text = await readFile(resolve(cwd, over), "utf8").catch((cause: Error) => {
    throw badRequest(`--over ${over}: cannot be read: ${cause.message}`, null, cause);
  });
  if (text.length > MOST_BYTES) throw badRequest(`--over ${over}: larger than 4 MiB`, "name a smaller diff");
  const all = hunksOf(text, over);
  const ids = Array.from({ length: all.length + 1 }, (_, i) => `hunk-${i}`);
  const count = (point: string): number => ids.indexOf(point);
  const prepare = (point: string, request: CampaignRequest): Promise<Prepared> => {
    const applied = all.slice(0, count(point));
    if (applied.length === 0) return plan(repro, request);
    return withCopy(repro, async (copy) => {
      await apply(diffOf(applied), copy.path);
      return plan(copy, request);
    });
  };
  return {
    unit: "hunk",
    history: line(ids),
    newEnd: ids.at(-1) as string,
    oldEnd: ids[0] as string,
    isGit: false,
    ownEnvironments: false,
    title: (point) =>
      count(point) === 0
        ? "no hunk"
        : `with hunk ${count(point)} of ${all.length}, ${all[count(point) - 1]?.file ?? ""}`,
    prepare,
    change: (id) => {
      const hunk = all[count(id) - 1];
      const shown = hunk === undefined ? "" : `${hunk.header}\n${hunk.text}`;
      return Promise.resolve({
        id,
        title: `hunk ${count(id)} of ${all.length}, ${hunk?.file ?? ""}`,
        author: null,
        date: null,
        shown,
      });
    },
  };
}

/** Applies a diff to a folder, with or without the `a/` and `b/` that git puts before names; nothing outside the folder is touched. */
async function apply(diff: string, folder: string): Promise<void> {
  try {
    await git(folder, ["apply", "-p1", "-"], diff);
  } catch (failure) {
    await git(folder, ["apply", "-p0", "-"], diff).catch(() => {
      throw failure;
    });
  }
}
