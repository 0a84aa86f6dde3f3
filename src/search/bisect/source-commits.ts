import { badRequest } from "../../failure.js";
import { didYouMean } from "../../manifest/nearest.js";
import { partsOf } from "../../manifest/pattern.js";
import type { SourceRecipe } from "../../manifest/source-recipe.js";
import type { CampaignRequest } from "../../plan/request.js";
import { commitRange, describeCommit } from "./commits.js";
import type { Range } from "./project.js";
import type { Planner, Territory } from "./territory.js";

/** Where a Go is built and run if no libc is named. */
const USUAL_LIBC = "glibc-2.36";

/**
 * Commits of a libc, or of Go, that environments are built from: the same program runs in the environment of each. A Go keeps the libc that
 * is asked for, a libc the Go.
 */
export async function sourceCommits(
  range: Range,
  clone: string,
  recipes: Readonly<Record<string, SourceRecipe>>,
  plan: Planner,
): Promise<Territory> {
  const { name, from, to } = range;
  const recipe = recipes[name];
  if (recipe === undefined) {
    throw badRequest(
      `--over ${name}@${from}..${to}: there is no recipe '${name}'`,
      `${didYouMean(name, Object.keys(recipes)) ?? ""} Your own project is '.': --source .=PATH --over .@good..bad`.trim(),
    );
  }
  const { history, newEnd, oldEnd, subjects } = await commitRange(clone, from, to);
  const environment = (commit: string, { environments: [asked] = [] }: CampaignRequest): string => {
    const [libc, go] = partsOf(asked ?? USUAL_LIBC);
    if (recipe.makes === "go") return `${range.libc ?? libc}/${name}@${commit}`;
    return go === undefined ? `${name}@${commit}` : `${name}@${commit}/${go}`;
  };
  return {
    unit: "commit",
    history,
    newEnd,
    oldEnd,
    isGit: true,
    ownEnvironments: true,
    title: (point) => subjects.get(point) ?? "",
    prepare: (point, request) =>
      plan({
        ...request,
        environments: [environment(point, request)],
        sources: [
          ...(request.sources ?? []).filter((text) => !/^\.=/.test(text) && !text.startsWith(`${name}=`)),
          `${name}=${clone}`,
        ],
      }),
    change: (id) => describeCommit(clone, id),
  };
}
