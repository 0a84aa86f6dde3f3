import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duration } from "../../src/text/durations.js";
import {
  chance,
  interval,
  level,
  listed,
  percent,
  percentRange,
  points,
  pointsAbove,
  pValue,
  tick,
} from "../../src/text/numbers.js";

describe("numbers for people", () => {
  it.each([
    [0, "0 %"],
    [1, "100 %"],
    [0.125, "12.5 %"],
    [0.5, "50 %"],
    [0.0074, "0.74 %"],
    [0.9926, "99.26 %"],
    [0.99999, "99.999 %"],
    [0.000012, "0.0012 %"],
    [1e-9, "0.0000001 %"],
    [2.36e-9, "0.00000024 %"],
    [1e-12, "0 %"],
  ])("percent(%d) is %s", (p, text) => {
    expect(percent(p)).toBe(text);
  });

  it("rounds a bound outwards, so that it claims no more than was computed", () => {
    expect(percent(0.00122, "up")).toBe("0.13 %");
    expect(percent(0.0013, "up")).toBe("0.13 %");
    expect(percent(0.1372, "up")).toBe("13.8 %");
    expect(percent(0.99877, "down")).toBe("99.87 %");
    expect(pointsAbove(0.1201)).toBe("13 points");
    expect(pointsAbove(-0.0052)).toBe("0.52 points");
    expect(pointsAbove(-0.01)).toBe("1.0 point");
    expect(pointsAbove(0.4)).toBe("40 points");
  });

  it.each([
    [1, "> 99.9 %"],
    [0.99999999, "> 99.9 %"],
    [0.62, "62 %"],
    [1e-9, "< 0.1 %"],
  ])("a model's probability of %d is %s: no digit that it cannot know", (p, text) => {
    expect(chance(p)).toBe(text);
  });

  it("a level of confidence has no digit that says nothing", () => {
    expect(level(0.95)).toBe("95 %");
    expect(level(0.999)).toBe("99.9 %");
  });

  it.each([
    [0, "0"],
    [0.1 + 0.2, "0.3"],
    [2.5, "2.5"],
    [100, "100"],
    [1234567, "1,234,567"],
    [1500.25, "1,500.25"],
  ])("an axis has %d as %s", (value, text) => {
    expect(tick(value)).toBe(text);
  });

  it("rounds an interval outwards, and never by more than it shows", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
        const low = Number.parseFloat(percent(p, "down")) / 100;
        const high = Number.parseFloat(percent(p, "up")) / 100;
        expect(low).toBeLessThanOrEqual(p + 1e-12);
        expect(high).toBeGreaterThanOrEqual(p - 1e-12);
        expect(high - low).toBeLessThan(0.0011);
      }),
    );
    expect(interval(0.00736, 1)).toBe("[0.73 %, 100 %]");
    expect(interval(0, 0.0073512)).toBe("[0 %, 0.74 %]");
    expect(interval(0.07, 0.07)).toBe("[7 %, 7 %]");
  });

  it.each([
    [3.24, "3.2 ms"],
    [840.4, "840 ms"],
    [1500, "1.5 s"],
    [59_600, "1 min"],
    [250_000, "4 min 10 s"],
    [7_500_000, "2 h 5 min"],
  ])("duration(%d) is %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it("a range of progress is as short as shows both ends", () => {
    expect(percentRange(0.0051, 0.018)).toBe("0.51-1.8 %");
    expect(percentRange(8e-9, 0.00079)).toBe("0-0.079 %");
    expect(percentRange(0, 3.7e-9)).toBe("0-4e-7 %");
    expect(percentRange(0.9912, 1)).toBe("99.1-100 %");
  });

  it("writes differences, p-values and lists", () => {
    expect(points(1, 0.98921, 1)).toEqual({ value: "+100 points", interval: "[+98.9, +100]" });
    expect(points(0, -0.0077, 0.0077)).toEqual({ value: "0 points", interval: "[−0.8, +0.8]" });
    expect([pValue(1e-9), pValue(0.0312), pValue(1)]).toEqual(["p < 0.0001", "p = 0.031", "p = 1"]);
    expect([listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])]).toEqual([
      "",
      "a",
      "a and b",
      "a, b and c",
    ]);
  });
});
