import { WITHIN_MS } from "../../images/program/build-container.js";

/** How long a candidate may take to build, beside the whole program. */
export interface BuildLimits {
  /** Seconds that each may take. */
  readonly leastSeconds: number;
  /** So many times what the whole program took, where that is more. */
  readonly times: number;
}

/** A search makes programs that no compiler ends with: each costs it this long. */
export const BUILD_LIMITS: BuildLimits = { leastSeconds: 120, times: 10 };
export const MOST_SECONDS = WITHIN_MS / 1000;

/**
 * Seconds after which a candidate's build is given up: several times what the whole program's own took on the same machine, so that neither
 * a large program nor a machine that does much else costs a good candidate.
 */
export function secondsToBuild(wholeMs: number, { leastSeconds, times }: BuildLimits): number {
  return Math.min(MOST_SECONDS, Math.max(leastSeconds, Math.ceil((times * wholeMs) / 1000)));
}
