import type { Part } from "./parts.js";
import type { Judged, PartVerdict } from "./verdict.js";

/**
 * What parts with a verdict come to, in words, each once. A statement around others goes without saying where one of them has the same
 * verdict: it only holds what matters.
 */
export function needsOf(
  parts: readonly Part[],
  judged: readonly (Judged | null)[],
  verdict: PartVerdict,
  beside: ReadonlySet<string> = new Set(),
): string[] {
  const with_ = parts.filter((_, i) => judged[i]?.verdict === verdict);
  const telling = with_.filter((part) => !with_.some((other) => other !== part && holds(part, other)));
  const words = [...new Set(telling.map(({ needs }) => needs))];
  // A file is needed for its lines, where a line of it is named.
  const lines = words.filter((each) => / in \/\S+$/.test(each)).map((each) => each.split(" in ").at(-1));
  return words.filter((each) => !beside.has(each) && !lines.some((path) => each === `file ${path}`));
}

function holds(outer: Part, inner: Part): boolean {
  if (outer.place === null || inner.place === null || outer.place.file !== inner.place.file) return false;
  const wider =
    outer.place.lastLine - outer.place.line > inner.place.lastLine - inner.place.line &&
    outer.place.line <= inner.place.line &&
    inner.place.lastLine <= outer.place.lastLine;
  return wider;
}
