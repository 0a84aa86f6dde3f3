import { type Axis, type GridCell, inWords, varyingAxes } from "./axis.js";
import { confounding } from "./confounding.js";
import { type Effect, effects } from "./effect.js";
import { effectSentence } from "./effect-sentence.js";
import { count } from "../text/count.js";
import { level, percent } from "../text/numbers.js";
import { type Separation, separations } from "./separation.js";
import { type Tally, checkConfidence, checkTally, pooled } from "./tally.js";
import { type Sampling, twoSamples } from "./exact/two-samples.js";

export interface DecidesOptions {
  /** One of what is counted: `crash`. */
  readonly noun: string;
  readonly confidence: number;
  readonly sampling: Sampling;
  /** The upper end of the interval of a rate of which nothing was counted in so many attempts: the same figure as beside that rate in a table. */
  readonly noneAbove: (attempts: number) => number;
}

/** What decides over a grid: the sentences of a report, and the effects that they rest on. */
export interface Decision {
  readonly sentences: readonly string[];
  readonly effects: readonly Effect[];
}

/**
 * Says what decides whether the program crashes: first where every crash is, in as few axes as tell it exactly, with
 * counts; then what else would tell it as well, since it varied along; then of each axis whether it makes a difference
 * where all others are the same. Only axes that vary are spoken of. Nothing is claimed that an exact test, corrected for
 * the number of tests, does not show.
 */
export function whatDecides(cells: readonly GridCell[], options: DecidesOptions): Decision {
  checkConfidence(options.confidence);
  cells.forEach(checkTally);
  // In one order, so that the order in which cells were listed shows nowhere.
  const ran = cells.filter(({ attempts }) => attempts > 0).sort((a, b) => (a.id < b.id ? -1 : 1));
  const axes = varyingAxes(ran);
  if (axes.length === 0) return { sentences: [], effects: [] };
  const methods = twoSamples(options.sampling);
  const found = effects(ran, axes, methods, 1 - options.confidence);
  const total = pooled(ran);
  if (total.counted === 0) return { sentences: [noneAnywhere(ran, options)], effects: found };

  const separated = separations(ran, axes);
  const confounded = confounding(ran, axes, separated, options.noun);
  // Where versions vary along with another axis, a family alone was shown to matter.
  const decider =
    separated.length === 1 && confounded.length === 0 && separated[0]!.axes.length === 1
      ? separated[0]!.axes[0]!
      : null;
  const sentences = [
    headline(ran, axes, separated, options),
    ...confounded.map(({ sentence }) => sentence),
    ...found.flatMap((effect) => {
      // What the headline says of an axis is not taken back because single pairs are too small to show it.
      const told =
        separated.length === 0 || byChance(ran, axes, options) ? confounded : [separated[0]!, ...confounded];
      const spokenOf = told.some(({ axes: told }) => told.includes(effect.axis));
      if (effect.shown === null && spokenOf) return [];
      return [
        effectSentence(effect, axes, {
          methods,
          confidence: options.confidence,
          decides: effect.axis === decider,
          tests: found.flatMap(({ pairs }) => pairs).length,
        }),
      ];
    }),
  ];
  return { sentences, effects: found };
}

const ofAttempts = ({ counted, attempts }: Tally): string => `${count(counted)} of ${count(attempts)}`;

function noneAnywhere(cells: readonly GridCell[], { noun, confidence, noneAbove }: DecidesOptions): string {
  const fewest = Math.min(...cells.map(({ attempts }) => attempts));
  return `no ${noun} in any of ${cells.length} environments: ${ofAttempts(pooled(cells))} attempts; in each, rates above ${percent(noneAbove(fewest), "up")} are excluded at ${level(confidence)}`;
}

/** Whether crashes so few could have fallen into one group of cells by chance. */
function byChance(
  cells: readonly GridCell[],
  axes: readonly Axis[],
  { confidence, sampling }: DecidesOptions,
): boolean {
  const there = pooled(cells.filter(({ counted }) => counted > 0));
  const elsewhere = pooled(cells.filter(({ counted }) => counted === 0));
  // The grouping was chosen by looking: every axis and cell could have been the one.
  return twoSamples(sampling).pValue(there, elsewhere) * cells.length * axes.length > 1 - confidence;
}

function headline(
  cells: readonly GridCell[],
  axes: readonly Axis[],
  separated: readonly Separation[],
  options: DecidesOptions,
): string {
  const { noun, confidence, noneAbove } = options;
  const crashed = cells.filter(({ counted }) => counted > 0);
  const [first] = separated;
  if (first === undefined) {
    if (crashed.length === cells.length) {
      return `at least one ${noun} in each of ${cells.length} environments: ${ofAttempts(pooled(cells))} attempts`;
    }
    const names = inWords(
      axes.map(({ name }) => name),
      "or",
    );
    return `${crashed.length} of ${cells.length} environments had a ${noun}: no one or two of ${names} tell them from the others`;
  }
  const there = pooled(crashed);
  const elsewhere = pooled(cells.filter(({ counted }) => counted === 0));
  const bound = percent(noneAbove(elsewhere.attempts), "up");
  const chance = byChance(cells, axes, options) ? "; so few could have fallen there by chance" : "";
  return (
    `every ${noun} is ${first.where}: ${ofAttempts(there)} attempts there, ${ofAttempts(elsewhere)} elsewhere ` +
    `(rates above ${bound} are excluded at ${level(confidence)})${chance}`
  );
}
