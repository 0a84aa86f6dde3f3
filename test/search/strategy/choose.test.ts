import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choose } from "../../../src/search/strategy/bisect/choose.js";
import { History } from "../../../src/search/strategy/bisect/history.js";
import { Posterior, type Belief } from "../../../src/search/strategy/bisect/posterior.js";
import { commits, COSTS, Dice } from "./simulated.js";

/** Sum over the changes of a point, one by one. */
function plainSum({ holds, changes }: History, point: number, values: Float64Array): number {
  return changes.reduce((sum, _, change) => sum + (holds.has(point, change) ? values[change]! : 0), 0);
}

/** Some attempts of some points of a graph, as a search makes them. */
function tried(count: number, seed: number): { posterior: Posterior; built: Set<number> } {
  const dice = new Dice(seed);
  const history = new History(commits("graph", count, dice));
  const posterior = new Posterior(history);
  const culprit = dice.below(count);
  const built = new Set([count - 1, history.point("c0")]);
  for (let i = dice.below(6); i > 0; i--) built.add(dice.below(count));
  for (const point of built) {
    const { attempts, counted } = dice.attempts(history.holds.has(point, culprit) ? 0.3 : 0.01, 20);
    posterior.observe(point, attempts, counted);
  }
  posterior.update();
  return { posterior, built };
}

const graphs = [fc.integer({ min: 2, max: 90 }), fc.integer()] as const;

describe("what is believed of all points at a time", () => {
  it("is what is believed of each", () => {
    fc.assert(
      fc.property(...graphs, (count, seed) => {
        const { posterior } = tried(count, seed);
        const { history, probabilities } = posterior;
        for (const point of history.points.keys())
          expect(posterior.mass(point)).toBeCloseTo(plainSum(history, point, probabilities), 12);
      }),
      { numRuns: 100 },
    );
  });

  it("follows the attempts", () => {
    const { posterior } = tried(40, 7);
    const before = posterior.mass(20);
    posterior.observe(20, 50, 50);
    posterior.update();
    expect(posterior.mass(20)).not.toBeCloseTo(before, 3);
    expect(posterior.mass(20)).toBeCloseTo(plainSum(posterior.history, 20, posterior.probabilities), 12);
  });

  it("leads to the choice that each by itself leads to", () => {
    fc.assert(
      fc.property(...graphs, (count, seed) => {
        const { posterior, built } = tried(count, seed);
        const { history, probabilities } = posterior;
        // Without the last bits of a sum, which decide between two points that split alike.
        const by = (mass: (point: number) => number): Belief => ({
          history,
          probabilities,
          rates: () => posterior.rates(),
          mass: (point) => Math.round(mass(point) * 2 ** 30) / 2 ** 30,
        });
        const builds = { built, unbuildable: new Set<number>() };
        const atATime = by((point) => posterior.mass(point));
        const oneByOne = by((point) => Math.min(1, plainSum(history, point, probabilities)));
        expect(choose(atATime, builds, COSTS, 1000)).toEqual(choose(oneByOne, builds, COSTS, 1000));
      }),
      { numRuns: 100 },
    );
  });
});
