import type { SearchResult } from "../../result/search/search-result.js";
import { rateSoFar } from "../../stats/rate.js";
import { chance, counted as many, interval, percent, pValue, rateWithInterval } from "../../text/numbers.js";
import type { BisectFinding } from "../strategy/bisect/bisect.js";
import type { Find } from "../strategy/bisect/options.js";
import type { BisectState } from "../strategy/bisect/state.js";
import type { Territory } from "./territory.js";

const DOES: Record<Find, string> = {
  introduced: "made it crash",
  fixed: "made it stop",
  changed: "changed how often it crashes",
};

/** The question, as a sentence. */
export function questionOf(find: Find, territory: Territory, over: string, of: string): string {
  const n = territory.history.changes.length;
  // Ends are kept as whole hashes, which nobody reads.
  const shown = over.replace(/\b[0-9a-f]{40}\b/g, (hash) => hash.slice(0, 12));
  return `which of ${many(n, territory.unit)} of \`${shown}\` ${DOES[find]} (\`${of}\`)?`;
}

/** What the search came to in sentences, the headline first; and its verdict. */
export function wordsOf(
  finding: BisectFinding | null,
  state: BisectState,
  territory: Territory,
  of: string,
): Pick<SearchResult, "answer" | "verdict" | "warnings"> {
  const story: Story = { state, territory, of };
  const warnings = warningsOf(story);
  if (finding === null) return { verdict: "undecided", answer: [soFar(story), ends(story)], warnings };
  switch (finding.kind) {
    case "found":
      return { verdict: "found", answer: [found(finding, story), ends(story)], warnings };
    case "alike":
      return { verdict: "none", answer: [alike(finding.pValue, story), ends(story)], warnings };
    case "unbuildable": {
      const answer = [`An end cannot be built: ${name(story, finding.point)}: ${finding.why}`, MEND];
      return { verdict: "undecided", answer, warnings };
    }
    case "misfit":
      return { verdict: "undecided", answer: [...misfit(finding, story), ends(story)], warnings };
    case "undecided": {
      const likeliest = finding.changes.map((id) => name(story, id)).join(", ");
      const answer = [`It could not be told (${finding.why}). The likeliest: ${likeliest}.`, ends(story)];
      return { verdict: "undecided", answer, warnings };
    }
  }
}

const MEND =
  "Nothing between the ends was tried. Name an end that builds, or fix the build: `vivarium build` with that environment shows the whole log.";

interface Story {
  readonly state: BisectState;
  readonly territory: Territory;
  readonly of: string;
}

function name({ territory }: Story, id: string): string {
  return plainName(territory, id, "`");
}

/** A point as progress calls it: a commit's hash and subject; `mark`: what stands around what git or the catalogue calls it. */
export function plainName({ title }: Pick<Territory, "title">, id: string, mark = ""): string {
  const said = title(id);
  return said === id || said === "" ? `${mark}${id}${mark}` : `${mark}${id.slice(0, 12)}${mark} "${said}"`;
}

function rate({ state, of }: Story, point: number): string {
  const { attempts, counted } = state.tally(point);
  const found = rateSoFar({ attempts, counted }, of, 0.95);
  return `${counted} of ${many(attempts, "attempt")}${found === null ? "" : ` (${rateWithInterval(found)})`}`;
}

function ends(story: Story): string {
  const { options, withEnd, withoutEnd } = story.state;
  return `The older end, ${name(story, options.oldEnd)}, showed it in ${rate(story, withoutEnd)}; the newer, ${name(story, options.newEnd)}, in ${rate(story, withEnd)}.`;
}

function soFar(story: Story): string {
  const { posterior, options, measured } = story.state;
  if (!measured) return "Interrupted. Both ends were still being measured.";
  const top = options.history.changes[posterior.top] as string;
  return `Interrupted. The likeliest so far is ${name(story, top)} (${chance(posterior.probabilities[posterior.top] ?? 0)}).`;
}

function found(finding: BisectFinding & { kind: "found" }, story: Story): string {
  const { changes, probability } = finding;
  const does = DOES[story.state.options.find];
  const which =
    changes.length === 1
      ? `${name(story, changes[0] as string)} ${does}`
      : `One of ${changes.length} ${story.territory.unit}s ${does}, which cannot be told apart, since what lies between cannot be built: ${changes.map((id) => name(story, id)).join(", ")}`;
  return `${which} (probability ${chance(probability)})${confirmed(finding)}.`;
}

function misfit(finding: BisectFinding & { kind: "misfit" }, story: Story): string[] {
  const names = (ids: readonly string[]): string => ids.map((id) => name(story, id)).join(", ");
  return [
    `No single ${story.territory.unit} explains it: the history goes there and back.`,
    `Like the newer end: ${names(finding.with)}. Like the older end: ${names(finding.without)}.`,
    "Bisect between two of these that differ.",
  ];
}

function confirmed({ confirmation }: BisectFinding & { kind: "found" }): string {
  if (confirmation === null) return "; nothing could be run to confirm it";
  const [subject, ...others] = confirmation.points;
  if (subject === undefined) return "";
  const without = others.map(({ attempts, counted }) => `${counted} of ${attempts}`).join(" and ");
  return `; confirmed by fresh attempts, ${subject.counted} of ${subject.attempts} with it and ${without} without it (${pValue(confirmation.pValue)})`;
}

function alike(p: number | null, { state, of }: Story): string {
  const { find } = state.options;
  const high = state.tally(find === "fixed" ? state.withoutEnd : state.withEnd);
  if (p === null) {
    const bound = rateSoFar(high, of, 0.95);
    const below =
      bound === null ? "" : `: with 95 % confidence its rate is below ${percent(bound.high, "up")}`;
    return `There is nothing to find: the ${find === "fixed" ? "older" : "newer"} end never showed it in ${many(high.attempts, "attempt")}${below}.`;
  }
  const bounds = [state.withoutEnd, state.withEnd].map((point) => rateSoFar(state.tally(point), of, 0.95));
  const told = bounds.map((each) => (each === null ? "–" : interval(each.low, each.high))).join(" and ");
  return `There is nothing to find: the ends were not shown to differ (${pValue(p)}; their rates lie in ${told}).`;
}

/** What a reader must know: the better end shows it, too; another crash was met on the way. */
function warningsOf({ state, territory }: Story): string[] {
  const { find } = state.options;
  const better = state.tally(find === "fixed" ? state.withEnd : state.withoutEnd);
  const shows = `The ${find === "fixed" ? "newer" : "older"} end shows it, too, in ${better.counted} of ${many(better.attempts, "attempt")}: what is found is where the rate changes.`;
  const broken = `${many(state.unbuildable.size, territory.unit)} could not be built; that says nothing of whether it is it.`;
  return [
    ...(territory.warnings ?? []),
    ...(find !== "changed" && better.counted > 0 ? [shows] : []),
    ...otherEnds(state),
    ...(state.unbuildable.size > 0 ? [broken] : []),
  ];
}

/** Crashes that are not it. */
function otherEnds(state: BisectState): string[] {
  const others = new Map<string, { count: number; points: string[] }>();
  for (const [point, { ends }] of state.records) {
    for (const end of ends.values()) {
      if (end.outcome === "clean" || state.isCounted(end)) continue;
      const known = others.get(end.key) ?? { count: 0, points: [] };
      const id = state.options.history.points[point] as string;
      others.set(end.key, { count: known.count + end.count, points: [...known.points, id] });
    }
  }
  return [...others].map(
    ([key, { count, points }]) =>
      `Another end of attempts was met and not counted: \`${key}\`, ${count} times at ${many(points.length, "point")}, first at \`${points[0]?.slice(0, 12) ?? ""}\`.`,
  );
}
