import { count } from "../text/count.js";

/** A span of time for people: `0.3 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = (n: number): string => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** Attempts per second: `420/s`, `3.2/s`. */
export function pace(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))}/s`;
}

/** The ends of an interval in per cent, as short as shows both: `0.51-1.8 %`. */
export function percentRange(low: number, high: number): string {
  return `${twoDigits(low * 100)}-${twoDigits(high * 100)} %`;
}

/** Two digits, or three from 99 on, where the distance from 100 is what matters. */
function twoDigits(percent: number): string {
  if (percent === 0 || percent === 100) return String(percent);
  if (percent >= 99) return percent.toFixed(percent >= 99.9 ? 2 : 1);
  if (percent < 0.0001) return percent.toExponential(0);
  return String(Number(percent.toPrecision(2)));
}
