import { badRequest } from "../../failure.js";
import type { Catalogue } from "../../manifest/catalogue.js";
import type { Language } from "../../manifest/repro.js";
import { selectEnvironments } from "../../plan/environments.js";
import type { Environment } from "../../plan/plan.js";
import { compareVersions } from "../../stats/version.js";
import { line } from "../strategy/bisect/history.js";
import type { Planner, Territory } from "./territory.js";

/** Versions of the catalogue: libcs (`glibc-*`), or Gos on one libc (`glibc-2.36/go-*`), from the oldest to the newest. */
export function versions(over: string, catalogue: Catalogue, language: Language, plan: Planner): Territory {
  const chosen = selectEnvironments([over], catalogue, language);
  const gos = new Set(chosen.map(({ go }) => go?.version ?? ""));
  const libcs = new Set(chosen.map(({ libc }) => `${libc.family} ${libc.version}`));
  const families = new Set(chosen.map(({ libc }) => libc.family));
  const both = libcs.size > 1 && gos.size > 1;
  const byGo = libcs.size === 1 && over.includes("/");
  if (families.size > 1 || (both && over.includes("/"))) {
    const what = families.size > 1 ? "libcs of two families" : "more than one libc and more than one Go";
    throw badRequest(
      `--over ${over}: ${what}, which have no order`,
      "for example: --over 'glibc-*', --over 'glibc-2.36/go-*' or --over 'glibc-*/go-1.15'",
    );
  }
  if ((byGo ? gos : libcs).size < 2) {
    throw badRequest(
      `--over ${over}: is one version only (${chosen.map(({ id }) => id).join(", ")})`,
      "name a pattern: --over 'glibc-*'",
    );
  }
  const version = ({ libc, go }: Environment): string => (byGo ? (go?.version ?? "") : libc.version);
  const ordered = [...chosen].sort((a, b) => compareVersions(version(a), version(b)));
  const ids = ordered.map(({ id }) => id);
  return {
    unit: "version",
    history: line(ids),
    newEnd: ids.at(-1) as string,
    oldEnd: ids[0] as string,
    warnings: both ? [goChanges(ordered)] : [],
    isGit: false,
    ownEnvironments: false,
    title: (point) => point,
    prepare: (point, request) => plan({ ...request, environments: [point] }),
    change: (id) => {
      const before = ids[ids.indexOf(id) - 1] as string;
      return Promise.resolve({ id, title: `from ${before} to ${id}`, author: null, date: null, shown: "" });
    },
  };
}

/** Each libc of the catalogue has its own suite's Go: what is found may be either's. */
function goChanges(ordered: readonly Environment[]): string {
  const gos = [...new Set(ordered.map(({ go }) => go?.version ?? "none"))];
  const [first] = ordered;
  const one = `${first?.libc.family ?? "glibc"}-*/go-${first?.go?.version ?? ""}`;
  return `Go changes with the libc here (${gos.join(", ")}), so it may be Go's doing: --over '${one}' changes the libc alone.`;
}
