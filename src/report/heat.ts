import type { Cell } from "./cell.js";

/** Steps of the heat map: clean, under 1 %, under 10 %, under 50 %, under 100 %, all; and no verdict. */
export const HEAT_STEPS = ["0", "1", "2", "3", "4", "5", "none"] as const;
export type Heat = (typeof HEAT_STEPS)[number];

/** What a step stands for, for the legend. */
export const HEAT_WORDS: Record<Heat, string> = {
  "0": "clean",
  "1": "< 1 %",
  "2": "1–10 %",
  "3": "10–50 %",
  "4": "50–100 %",
  "5": "every attempt",
  none: "no verdict",
};

export function heatOf({ tone, failed }: Cell): Heat {
  return tone === "none" ? "none" : heatOfShare(failed);
}

/** The step of a share of attempts, 0 to 1. */
export function heatOfShare(share: number): Heat {
  if (share === 0) return "0";
  if (share < 0.01) return "1";
  if (share < 0.1) return "2";
  if (share < 0.5) return "3";
  return share < 1 ? "4" : "5";
}

interface Tint {
  readonly paper: string;
  readonly ink: string;
}

/**
 * One hue that grows darker on white and brighter on black; in grey, and to the colour-blind, the order is the same. Each
 * pair of colours has a contrast of at least 4.5.
 */
const LIGHT: Record<Heat, Tint> = {
  "0": { paper: "#eef3f1", ink: "#24443a" },
  "1": { paper: "#fdeadb", ink: "#5a2a0c" },
  "2": { paper: "#fbd3b0", ink: "#4d230a" },
  "3": { paper: "#f2a76d", ink: "#3a1905" },
  "4": { paper: "#d97030", ink: "#1f0c01" },
  "5": { paper: "#9a3a0a", ink: "#ffffff" },
  none: { paper: "#eceef0", ink: "#4b5560" },
};

const DARK: Record<Heat, Tint> = {
  "0": { paper: "#1c2824", ink: "#b7d3c9" },
  "1": { paper: "#33221a", ink: "#f3cdb5" },
  "2": { paper: "#4a2c1b", ink: "#fbd9c3" },
  "3": { paper: "#6b3a1d", ink: "#ffe7d8" },
  "4": { paper: "#c8692f", ink: "#160800" },
  "5": { paper: "#ffa365", ink: "#1f0c01" },
  none: { paper: "#22272c", ink: "#a9b2bb" },
};

/** Custom properties `--heat-0`, `--heat-ink-0` … of a colour scheme. */
export function heatProperties(scheme: "light" | "dark"): string {
  const tints = scheme === "light" ? LIGHT : DARK;
  return HEAT_STEPS.map(
    (step) => `--heat-${step}: ${tints[step].paper}; --heat-ink-${step}: ${tints[step].ink};`,
  ).join(" ");
}
