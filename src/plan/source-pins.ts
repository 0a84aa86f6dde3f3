import type { SourcePin } from "../manifest/source-recipe.js";
import type { Cell, Environment, Plan } from "./plan.js";

/** What an environment is built from, where that is source: its libc, its Go, or both. */
export function sourcesOf({ libc, go }: Environment): SourcePin[] {
  return [
    ...(libc.source === undefined ? [] : [libc.source]),
    ...(go?.source.kind === "source" ? [go.source.pin] : []),
  ];
}

/** What a cell's environments are built from: where it was built, and where it runs. A copy, for a result. */
export function sourcesOfCell({ builtIn, ranOn }: Pick<Cell, "builtIn" | "ranOn">): SourcePin[] {
  return structuredClone([...sourcesOf(builtIn), ...(ranOn.id === builtIn.id ? [] : sourcesOf(ranOn))]);
}

/** Every source that a plan's environments are built from, each once. */
export function pinsOf({ cells }: Pick<Plan, "cells">): SourcePin[] {
  const all = cells.flatMap(({ builtIn, ranOn }) => [...sourcesOf(builtIn), ...sourcesOf(ranOn)]);
  return [...new Map(all.map((pin) => [JSON.stringify(pin), pin])).values()];
}
