import { readFileSync } from "node:fs";

/** Reference values of `test/corpus/stats/<name>.json`, which name their source; scripts/stats-corpus.py wrote them. */
export function corpus<Case>(name: string): readonly Case[] {
  const file = new URL(`../corpus/stats/${name}.json`, import.meta.url);
  const { source, cases } = JSON.parse(readFileSync(file, "utf8")) as { source: string; cases: Case[] };
  if (source.length < 20 || cases.length === 0) throw new Error(`${name}.json holds no cases with a source`);
  return cases;
}

/** Largest of the absolute error and, for rates below 0.001, the error as a part of the rate. */
export function error(actual: number, expected: number): number {
  const absolute = Math.abs(actual - expected);
  if (absolute === 0) return 0;
  return expected !== 0 && Math.abs(expected) < 1e-3 ? absolute / Math.abs(expected) : absolute;
}
