/** A whole number in groups of three digits: 12345 -> `12,345`. `toLocaleString` takes 20 ms to say its first. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
