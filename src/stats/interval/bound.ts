/** The largest rate under which none of `attempts` would still happen with probability 1 - confidence (one-sided). */
export function upperBound(attempts: number, confidence: number): number {
  return -Math.expm1(Math.log1p(-confidence) / attempts);
}
