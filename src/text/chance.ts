import { percent } from "./numbers.js";

/** From here on digits would claim more than a model can know. */
const SURE = 0.999;

/** How likely something is, for people: `62 %`, and at the ends `> 99.9 %` and `< 0.1 %`. */
export function chance(p: number): string {
  if (p > SURE) return "> 99.9 %";
  if (p < 1 - SURE) return "< 0.1 %";
  return percent(p);
}
