import type { Refused } from "../command.js";

const each = (names: readonly string[], why: string): Refused =>
  Object.fromEntries(names.map((name) => [name, why]));

const COMPARISONS = ["across", "run-on", "perturb", "baseline", "all-pairs"];
const STOP_RULES = ["runs", "n", "until-crashes", "for", "until-decided", "rate", "detect"];
const DECIDES = "it decides itself how many attempts it needs";

/** Flags of campaigns that no search has a use for: it compares candidates of its own, as often as it needs, on one engine. */
export const REFUSED_BY_SEARCHES: Refused = {
  ...each(COMPARISONS, "it compares candidates of its own, in one environment"),
  ...each(STOP_RULES, DECIDES),
  ...each(["schedule", "fix-clock"], "its attempts run as the kernel schedules them"),
  ...each(["swarm", "cluster", "registry"], "it uses one engine"),
};

/** The same for ablate and reduce, which have no bound on attempts either. */
export const REFUSED_BY_PROGRAM_SEARCHES: Refused = { ...REFUSED_BY_SEARCHES, cap: DECIDES };

/** `fix` is a campaign of two sides. */
export const REFUSED_BY_FIX: Refused = {
  ...each(COMPARISONS, "it compares two sides, with the patch and without it"),
  ...each(["swarm", "cluster", "registry"], "it uses one engine"),
};
