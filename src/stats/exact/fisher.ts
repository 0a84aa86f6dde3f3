import { logFactorial } from "../binomial.js";

/** Two samples of fixed sizes: what Fisher's and Boschloo's tests condition on. */
export interface Sizes {
  readonly a: number;
  readonly b: number;
}

/**
 * P(Kb >= kb) where `total` counted attempts fall on both samples by chance alone (hypergeometric): Fisher's one-sided
 * p-value of the table (total - kb of a, kb of b) against "b's rate is higher".
 */
export function fisherTail(sizes: Sizes, total: number, kb: number): number {
  const { a, b } = sizes;
  const least = Math.max(0, total - a);
  const most = Math.min(b, total);
  if (kb <= least) return 1;
  if (kb > most) return 0;
  const all = a + b;
  const mode = Math.floor(((b + 1) * (total + 1)) / (all + 2));
  // Sum the side away from the mode: its terms fall from the start, so few are needed and none is lost.
  const upwards = kb > mode;
  const start = upwards ? kb : kb - 1;
  const ka = total - start;
  const mass = Math.exp(
    logFactorial(b) -
      logFactorial(start) -
      logFactorial(b - start) +
      (logFactorial(a) - logFactorial(ka) - logFactorial(a - ka)) -
      (logFactorial(all) - logFactorial(total) - logFactorial(all - total)),
  );
  let sum = 0;
  for (let k = start, term = mass; term > sum * 1e-17;) {
    sum += term;
    if (upwards) {
      if (k >= most) break;
      term *= ((b - k) * (total - k)) / ((k + 1) * (a - total + k + 1));
      k++;
    } else {
      if (k <= least) break;
      term *= (k * (a - total + k)) / ((b - k + 1) * (total - k + 1));
      k--;
    }
  }
  return Math.min(1, upwards ? sum : 1 - sum);
}

/** Tables whose p-values differ by less than this part are the same: rounding must not order them. */
const TIE = 1 + 1e-9;

/**
 * The tables at least as extreme as Fisher's `level` for "b's rate is higher": for each number counted in a, the least
 * number counted in b (b + 1 where none will do). It never falls (Barnard's convexity), so one walk finds it all.
 */
export function fisherRegion(sizes: Sizes, level: number): Int32Array {
  const least = new Int32Array(sizes.a + 1);
  let kb = 0;
  for (let ka = 0; ka <= sizes.a; ka++) {
    while (kb <= sizes.b && fisherTail(sizes, ka + kb, kb) > level * TIE) kb++;
    least[ka] = kb;
  }
  return least;
}
