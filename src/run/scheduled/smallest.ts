/**
 * Delta debugging (Zeller, Hildebrandt: "Simplifying and isolating failure-inducing input", 2002), by complements alone: yields lists to be tried, is told
 * whether the failure comes of them, and returns a list from which no single part can go. Pure: what "tried" means is its user's.
 */
export function* smallest<T>(all: readonly T[]): Generator<readonly T[], readonly T[], boolean> {
  let best = all;
  if (best.length > 0 && (yield [])) return [];
  for (let parts = 2; best.length > 1;) {
    const size = Math.ceil(best.length / parts);
    let removed = false;
    // From the end: what comes after the failure's cause is mostly noise, and so is most of what comes before.
    for (let end = best.length; end > 0; end -= size) {
      const rest = [...best.slice(0, Math.max(0, end - size)), ...best.slice(end)];
      if (rest.length > 0 && (yield rest)) {
        best = rest;
        removed = true;
      }
    }
    if (removed) parts = Math.max(2, Math.min(parts, best.length));
    else if (size === 1) break;
    else parts = Math.min(best.length, parts * 2);
  }
  return best;
}
