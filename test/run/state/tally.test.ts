import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DurationHistogram } from "../../../src/run/state/duration-histogram.js";
import { Timeline } from "../../../src/run/state/timeline.js";

const ms = fc.double({ min: 0.01, max: 1e7, noNaN: true });

describe("durations", () => {
  test("quantiles are right to one percent, the longest exactly", () => {
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1 }), (durations) => {
        const histogram = new DurationHistogram();
        for (const each of durations) histogram.add(each);
        const sorted = [...durations].sort((a, b) => a - b);
        const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] as number;
        const summary = histogram.summary();
        expect(summary?.max).toBe(sorted.at(-1));
        for (const [got, wanted] of [
          [summary?.median, at(0.5)],
          [summary?.p95, at(0.95)],
        ] as [number, number][]) {
          expect(got / wanted).toBeGreaterThan(0.989);
          expect(got / wanted).toBeLessThan(1.011);
        }
      }),
    );
  });

  test("of no attempts there are none; shorter than any bucket is in the first", () => {
    const histogram = new DurationHistogram();
    expect(histogram.summary()).toBeNull();
    histogram.add(0);
    expect(histogram.summary()).toEqual({ median: 0, p95: 0, max: 0 });
  });
});

describe("the timeline", () => {
  const attempt = fc.record({ startMs: fc.double({ min: 0, max: 1e9, noNaN: true }), counted: fc.boolean() });

  test("has at most 60 equal spans, and every attempt is in the one in which it started", () => {
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 1 }), (attempts) => {
        const timeline = new Timeline();
        for (const { startMs, counted } of attempts) timeline.add(startMs, counted);
        const spans = timeline.spans();
        expect(spans.length).toBeLessThanOrEqual(60);
        const width = (spans[1]?.fromMs ?? Infinity) - (spans[0]?.fromMs ?? 0);
        spans.forEach((span, index) => {
          if (index > 0) expect(span.fromMs).toBe(index * width);
          const inside = attempts.filter(({ startMs }) =>
            width === Infinity ? true : startMs >= span.fromMs && startMs < span.fromMs + width,
          );
          expect(span.attempts).toBe(inside.length);
          expect(span.counted).toBe(inside.filter(({ counted }) => counted).length);
        });
      }),
    );
  });
});
