const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p) - Math.log1p(-p);

/** Beyond the smallest rate that any campaign could tell from 0: logistic(-70) is 4e-31. */
const EDGE = 70;

/**
 * The p in (low, high) at which an increasing function of a probability reaches `target`. Bisects on the log-odds
 * scale, so that a rate of 1e-9 is found to as many digits as one of 0.5; never leaves its bracket, so it cannot diverge.
 */
export function solveIncreasing(
  f: (p: number) => number,
  target: number,
  { low = 0, high = 1 }: { readonly low?: number; readonly high?: number } = {},
): number {
  let lower = low > 0 ? logit(low) : -EDGE;
  let upper = high < 1 ? logit(high) : EDGE;
  for (let step = 0; step < 200; step++) {
    const middle = (lower + upper) / 2;
    if (middle <= lower || middle >= upper) break;
    if (f(logistic(middle)) < target) lower = middle;
    else upper = middle;
  }
  return logistic((lower + upper) / 2);
}
