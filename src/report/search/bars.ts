import { chance, percent } from "../../text/numbers.js";
import type { RatePlotRow } from "./story.js";

export interface Bar {
  readonly label: string;
  readonly bar: string;
  readonly text: string;
  readonly seen: boolean;
}

/** A plot in characters: for each row a bar of its rate, and beside it the rate and the probability. `width` in characters. */
export function bars(rows: readonly RatePlotRow[], width: number): Bar[] {
  const highest = Math.max(0.01, ...rows.map(({ rate }) => rate?.estimate ?? 0));
  return rows.map(({ label, rate, probability }) => {
    const share = (rate?.estimate ?? 0) / highest;
    // What was seen at all has a mark, however short.
    const length = rate === null || rate.estimate === 0 ? 0 : Math.max(1, Math.round(share * width));
    const likely = probability === null || probability < 0.0005 ? "" : `  it: ${chance(probability)}`;
    return {
      label,
      bar: "█".repeat(length) + "·".repeat(width - length),
      text: `${rate === null ? "–" : percent(rate.estimate)}${likely}`,
      seen: length > 0,
    };
  });
}
