import type { Result } from "../../result/result.js";

/** Where the whole program crashes and where it does not, as a campaign found it. */
export interface Places {
  readonly crashes: string;
  readonly clean: readonly string[];
}

/** Which environments a search works with: the first that crashes, and those that are clean and as expected. Null: none crashes. */
export function placesOf({ environments }: Result, contrast: readonly string[]): Places | null {
  const crashing = environments.find(
    ({ rate, expectation }) => (rate?.estimate ?? 0) > 0 && expectation?.met !== false,
  );
  if (crashing === undefined) return null;
  const clean = environments.filter(
    ({ id, attempts, outcomes, expectation }) =>
      id !== crashing.id && attempts > 0 && outcomes.clean === attempts && expectation?.met !== false,
  );
  const chosen = clean.filter(({ id }) => contrast.length === 0 || contrast.includes(id));
  return { crashes: crashing.id, clean: chosen.map(({ id }) => id) };
}
