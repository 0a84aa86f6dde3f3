import { describe, expect, test } from "vitest";
import { level, percent, percentAbove, percentBelow, points, pointsAbove } from "../../src/stats/percent.js";

describe("rates for people have two digits that matter", () => {
  test.each([
    [0, "0 %"],
    [1, "100 %"],
    [0.000998, "0.10 %"],
    [0.05312, "5.3 %"],
    [0.1234, "12 %"],
    [0.999, "99.90 %"],
    [0.9999999, "99.999990 %"],
    [2.5e-7, "0.000025 %"],
    [0.0996, "10 %"],
  ])("%d is %s", (rate, text) => expect(percent(rate)).toBe(text));

  test("bounds are rounded outwards", () => {
    expect(percentAbove(0.00122)).toBe("0.13 %");
    expect(percentAbove(0.0013)).toBe("0.13 %");
    expect(percentBelow(0.9988)).toBe("99.88 %");
    expect(percentBelow(0.99877)).toBe("99.87 %");
    expect(pointsAbove(0.1201)).toBe("13 points");
    expect(pointsAbove(-0.0052)).toBe("0.52 points");
  });

  test("differences are points, confidence has no empty digit", () => {
    expect(points(-0.01)).toBe("1.0 point");
    expect(points(0.4)).toBe("40 points");
    expect(level(0.95)).toBe("95 %");
    expect(level(0.999)).toBe("99.9 %");
  });
});
