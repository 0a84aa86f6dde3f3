import { count } from "./count.js";

/** A number at an axis: 0.30000000000000004 -> `0.3`, 12345 -> `12,345`. */
export function tick(n: number): string {
  const [whole, ...fraction] = String(Number(n.toPrecision(12))).split(".");
  return [count(Number(whole)), ...fraction].join(".");
}

/** `1 attempt`, `12,345 attempts`. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : plural}`;
}

type Rounding = "nearest" | "down" | "up";

const ROUND: Record<Rounding, (x: number) => number> = {
  nearest: Math.round,
  down: Math.floor,
  up: Math.ceil,
};

/** Decimals that keep two significant digits of the distance to the nearer of 0 % and 100 %. */
function decimals(p: number): number {
  const distance = Math.min(p, 1 - p) * 100;
  if (distance >= 10) return 1;
  return Math.min(9, 1 - Math.floor(Math.log10(distance)));
}

/**
 * A probability as a percentage with as many digits as say something: `12.5 %`, `0.74 %`, `99.26 %`. Only 0 is `0 %` and
 * only 1 is `100 %`.
 */
export function percent(p: number, rounding: Rounding = "nearest"): string {
  if (p <= 0) return "0 %";
  if (p >= 1) return "100 %";
  const scale = 10 ** decimals(p);
  // 1e-9: 0.07 * 100 * 100 is 700.0000000000001, which is no reason to round up.
  const slack = rounding === "up" ? -1e-9 : rounding === "down" ? 1e-9 : 0;
  const rounded = ROUND[rounding](p * 100 * scale + slack) / scale;
  // Below this a number would be written with an exponent.
  return `${rounded > 0 && rounded < 1e-6 ? rounded.toFixed(decimals(p)).replace(/0+$/, "") : rounded} %`;
}

/** `[99.2 %, 100 %]`, rounded outwards: what is printed never claims more than what was computed. */
export function interval(low: number, high: number): string {
  return `[${percent(low, "down")}, ${percent(high, "up")}]`;
}

/** `100 % [99.2 %, 100 %]`, or `none counted`. */
export function rateWithInterval(
  rate: { readonly estimate: number; readonly low: number; readonly high: number } | null,
): string {
  return rate === null ? "none counted" : `${percent(rate.estimate)} ${interval(rate.low, rate.high)}`;
}

/** A difference of rates in percentage points, `+100 points`, and its interval, `[+99.2, +100]`. */
export function points(difference: number, low: number, high: number): { value: string; interval: string } {
  const signed = (x: number, rounding: Rounding) => {
    const tenths =
      ROUND[rounding](x * 1000 + (rounding === "up" ? -1e-9 : rounding === "down" ? 1e-9 : 0)) / 10;
    return tenths > 0 ? `+${tenths}` : tenths === 0 ? "0" : `−${-tenths}`;
  };
  return {
    value: `${signed(difference, "nearest")} points`,
    interval: `[${signed(low, "down")}, ${signed(high, "up")}]`,
  };
}

/** A confidence level or power: `95 %`, `99.9 %`, with no digit that says nothing. */
export function level(probability: number): string {
  return `${Number((probability * 100).toPrecision(8))} %`;
}

/** From here on digits would claim more than a model can know. */
const SURE = 0.999;

/** How likely something is by a model, for people: `62 %`, and at the ends `> 99.9 %` and `< 0.1 %`. */
export function chance(p: number): string {
  if (p > SURE) return "> 99.9 %";
  if (p < 1 - SURE) return "< 0.1 %";
  return percent(p);
}

/** The ends of an interval in per cent for a line of progress, as short as shows both: `0.51-1.8 %`. A low end of next to nothing is 0. */
export function percentRange(low: number, high: number): string {
  return `${low * 100 < TINY ? "0" : twoDigits(low * 100)}-${twoDigits(high * 100)} %`;
}

/** In per cent: below it two digits take too much of a line. */
const TINY = 0.0001;

/** Two digits, or three from 99 on, where the distance from 100 is what matters. */
function twoDigits(value: number): string {
  if (value === 0 || value === 100) return String(value);
  if (value >= 99) return value.toFixed(value >= 99.9 ? 2 : 1);
  if (value < TINY) return value.toExponential(0);
  return String(Number(value.toPrecision(2)));
}

/** The size of a difference that is excluded, in points with two digits and never below it: `13 points`, `0.52 points`, `1.0 point`. */
export function pointsAbove(difference: number): string {
  const size = Math.abs(difference) * 100;
  if (size === 0 || size >= 100) return `${Math.min(100, size)} points`;
  const places = (value: number): number => {
    const rounded = Number(value.toPrecision(2));
    return rounded >= 10 ? 0 : Math.min(12, 1 - Math.floor(Math.log10(rounded)));
  };
  const unit = 10 ** places(size);
  // A hair of rounding is no reason to go up.
  const above = Math.ceil(size * unit - 1e-6) / unit;
  const text = above.toFixed(places(above));
  return `${text} ${Number(text) === 1 ? "point" : "points"}`;
}

/** A p-value: `p = 0.031`, `p < 0.0001`. */
export function pValue(p: number): string {
  return p < 0.0001 ? "p < 0.0001" : `p = ${Number(p.toPrecision(2))}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}
