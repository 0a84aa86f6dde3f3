import type { SourcePin } from "../manifest/source-recipe.js";
import type { Environment, Plan } from "./plan.js";

/** What an environment is built from, where that is source: its libc, its Go, or both. */
export function sourcesOf({ libc, go }: Environment): SourcePin[] {
  return [
    ...(libc.source === undefined ? [] : [libc.source]),
    ...(go?.source.kind === "source" ? [go.source.pin] : []),
  ];
}

/** Every source that a plan's environments are built from, each once. */
export function pinsOf({ cells }: Pick<Plan, "cells">): SourcePin[] {
  const all = cells.flatMap(({ builtIn, ranOn }) => [...sourcesOf(builtIn), ...sourcesOf(ranOn)]);
  return [...new Map(all.map((pin) => [JSON.stringify(pin), pin])).values()];
}
