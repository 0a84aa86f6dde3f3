/**
 * The functions that we use of cephes (WebAssembly build of netlib's C library). Its own types cannot be resolved:
 * its `exports` field does not name them.
 */
declare module "cephes" {
  /** Resolves when the WebAssembly is ready; before that every function throws. */
  export const compiled: Promise<void>;
  /** Regularised incomplete beta function I_x(a, b). Throws a RangeError outside a, b > 0, 0 <= x <= 1. */
  export function incbet(a: number, b: number, x: number): number;
  /** ln |Γ(x)|. */
  export function lgam(x: number): number;
  /** Quantile of the standard normal distribution, 0 < p < 1. */
  export function ndtri(p: number): number;
}
