import * as z from "zod";
import type { Labels } from "../engine.js";
import type { Wire } from "../connection/wire.js";

const Listed = z.array(
  z.looseObject({
    Id: z.string(),
    Names: z.array(z.string()).nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
    State: z.string().nullish(),
  }),
);

export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  /** `created`, `running`, `exited`, `dead` … */
  readonly state: string;
}

/** All containers, running or not, that carry these labels; an empty value asks for the label alone. */
export async function listContainers(wire: Wire, labels: Labels): Promise<readonly ListedContainer[]> {
  const containers = await wire.json(Listed, {
    what: "list containers",
    path: "/containers/json",
    query: {
      all: 1,
      filters: {
        label: Object.entries(labels).map(([key, value]) => (value === "" ? key : `${key}=${value}`)),
      },
    },
  });
  return containers.map(({ Id, Names, Labels, State }) => ({
    id: Id,
    name: (Names?.[0] ?? Id).replace(/^\//, ""),
    labels: Labels ?? {},
    state: State ?? "",
  }));
}
