import { badRequest } from "../../failure.js";
import type { BuildOverrides, CampaignRequest } from "../../plan/request.js";
import { line } from "../strategy/bisect/history.js";
import type { Planner, Territory } from "./territory.js";

const LISTS = ["cflags", "ldflags", "goflags"] as const;
const FORM = /^(cflags|ldflags|goflags)=(.+)$/s;

/** Whether this names values of a build setting. */
export function isSetting(over: string): boolean {
  return FORM.test(over);
}

/** Values of a flag, in the order in which they stand: `cflags=-O0,-O1,-O2`. Each is added to the flags that there are. */
export function settings(over: string, plan: Planner): Territory {
  const [, name, text = ""] = FORM.exec(over) ?? [];
  const values = text.split(",").map((value) => value.trim());
  const key = LISTS.find((each) => each === name) as (typeof LISTS)[number];
  if (values.length < 2 || new Set(values).size < values.length) {
    throw badRequest(
      `--over ${over}: needs two different values or more`,
      "for example: --over 'cflags=-O0,-O1,-O2'",
    );
  }
  const ids = values.map((value) => (value === "" ? `no ${key}` : value));
  const flagsOf = (point: string): string[] =>
    (values[ids.indexOf(point)] ?? "").split(/\s+/).filter((word) => word !== "");
  const withFlags = (request: CampaignRequest, point: string): BuildOverrides => ({
    ...request.build,
    [key]: [...(request.build?.[key] ?? []), ...flagsOf(point)],
  });
  return {
    unit: "setting",
    history: line(ids),
    newEnd: ids.at(-1) as string,
    oldEnd: ids[0] as string,
    isGit: false,
    ownEnvironments: false,
    title: (point) => point,
    prepare: (point, request) => plan({ ...request, build: withFlags(request, point) }),
    change: (id) => {
      const before = ids[ids.indexOf(id) - 1] as string;
      return Promise.resolve({
        id,
        title: `${key} from ${before} to ${id}`,
        author: null,
        date: null,
        shown: "",
      });
    },
  };
}
