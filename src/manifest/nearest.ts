import leven from "leven";

/** The names nearest to what was typed, best first: at most three, none further than a third of its letters. */
export function nearestNames(typed: string, names: readonly string[]): string[] {
  const lower = typed.toLowerCase();
  return names
    .map((name) => ({ name, distance: leven(lower, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.ceil(name.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** `did you mean glibc-2.36?`, or a list of all names where none is near. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const near = nearestNames(typed, names);
  if (near.length === 0) return names.length === 0 ? "there are none" : `there are: ${names.join(", ")}`;
  return `did you mean ${near.join(" or ")}?`;
}
