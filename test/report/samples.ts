import { readFileSync } from "node:fs";
import { Result } from "../../src/result/result.js";

export const SAMPLES = [
  "one-crash",
  "nine-environments",
  "flaky-grid",
  "clean",
  "incomplete",
  "hostile",
] as const;
export type Sample = (typeof SAMPLES)[number];

/** A result of test/corpus/result/. */
export function sample(name: Sample): Result {
  const file = new URL(`../corpus/result/${name}.json`, import.meta.url);
  return Result.parse(JSON.parse(readFileSync(file, "utf8")));
}
