import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duration, interval, listed, percent, points, pValue, tick } from "../../src/text/numbers.js";

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
    [1e-12, "0 %"],
  ])("percent(%d) is %s", (p, text) => {
    expect(percent(p)).toBe(text);
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
