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
  return Math.min(6, 1 - Math.floor(Math.log10(distance)));
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
  return `${rounded} %`;
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

/** A p-value: `p = 0.031`, `p < 0.0001`. */
export function pValue(p: number): string {
  return p < 0.0001 ? "p < 0.0001" : `p = ${Number(p.toPrecision(2))}`;
}

/** Milliseconds for people: `3.2 ms`, `840 ms`, `12 s`, `4 min 10 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}
