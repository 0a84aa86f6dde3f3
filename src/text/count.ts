/** A whole number in groups of three digits: 12345 -> `12,345`. `toLocaleString` would load a language's rules first. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
