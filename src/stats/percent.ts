/** `0.10 %`, `5.3 %`, `12 %`, `99.90 %`: two digits that matter, of the rate or of what is missing from 1. */
export function percent(rate: number): string {
  return `${number(rate * 100, Math.min(Math.abs(rate), Math.abs(1 - rate)) * 100)} %`;
}

/** A confidence level or power: `95 %`, `99.9 %`, with no digit that says nothing. */
export function level(probability: number): string {
  return `${Number((probability * 100).toPrecision(8))} %`;
}

/** A difference of rates in points: `12 points`, `0.52 points`, `1 point`. */
export function points(difference: number): string {
  const size = Math.abs(difference) * 100;
  const text = number(size, size);
  return `${text} ${text === "1" || text === "1.0" ? "point" : "points"}`;
}

/** As `percent`, but never below the rate: for a bound, rounding down would claim too much. */
export function percentAbove(rate: number): string {
  return percent(outwards(rate));
}

/** As `percent`, but never above the rate. */
export function percentBelow(rate: number): string {
  return percent(1 - outwards(1 - rate));
}

/** As `points`, but never below the difference. */
export function pointsAbove(difference: number): string {
  return points(outwards(Math.abs(difference)));
}

function number(value: number, scale: number): string {
  return value.toFixed(decimals(scale));
}

/** Decimals that show two digits of a number that is not 0. */
function decimals(scale: number): number {
  const rounded = Number(scale.toPrecision(2));
  return rounded === 0 || rounded >= 10 ? 0 : Math.min(12, 1 - Math.floor(Math.log10(rounded)));
}

/** The next number with two digits that is not smaller (a hair of rounding is no reason to go up). */
function outwards(rate: number): number {
  if (rate <= 0 || rate >= 1) return rate;
  const unit = 10 ** -(decimals(Math.min(rate, 1 - rate) * 100) + 2);
  return Math.min(1, Math.ceil(rate / unit - 1e-6) * unit);
}
