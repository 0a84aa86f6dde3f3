/** A seeded generator of uniform numbers in [0, 1) (mulberry32): simulations repeat exactly. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Number of the attempt at which the next success of rate p comes, from 1 (geometric). */
export function nextSuccess(random: () => number, p: number): number {
  return p >= 1 ? 1 : 1 + Math.floor(Math.log(1 - random()) / Math.log1p(-p));
}

/** How many of `attempts` succeed at rate p. Jumps from success to success, so rare ones cost little. */
export function successes(random: () => number, attempts: number, p: number): number {
  if (p <= 0) return 0;
  let count = 0;
  for (let at = nextSuccess(random, p); at <= attempts; at += nextSuccess(random, p)) count++;
  return count;
}

/**
 * Standard errors that a simulated share may lie from a claimed one before it is called wrong: with a fixed seed it
 * either does or does not, and by chance it would in one of 30,000 simulations.
 */
export const margin = (share: number, runs: number): number => 4 * Math.sqrt((share * (1 - share)) / runs);
