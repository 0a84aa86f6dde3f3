import type { OutcomeName } from "../../../manifest/repro.js";

/** Attempts that ended alike. */
export interface EndCount {
  readonly key: string;
  readonly outcome: OutcomeName;
  /** Whether the plan counts it. */
  readonly counted: boolean;
  readonly count: number;
}

/** Whether an end is one of those that are looked for: of all that the plan counts where `keys` is null. */
export function isAmong({ key, counted }: EndCount, keys: readonly string[] | null): boolean {
  return counted && (keys === null || keys.includes(key));
}

/** Attempts that ended so. */
export function countedOf(ends: Iterable<EndCount>, keys: readonly string[] | null): number {
  let sum = 0;
  for (const end of ends) if (isAmong(end, keys)) sum += end.count;
  return sum;
}

/** What the attempts of one point came to. */
export interface PointAttempts {
  readonly attempts: number;
  readonly ends: readonly EndCount[];
  /** Milliseconds that they took. */
  readonly ms: number;
}

/** How a point was built. */
export type BuildAnswer =
  | {
      readonly ok: true;
      readonly ms: number;
      readonly cached: boolean;
      /** Of the program. */
      readonly sha256: string;
      /** The program and what it loads: points that have it in common are one. Absent (in an older journal): no point is known to be one with it. */
      readonly runs?: string | undefined;
    }
  | { readonly ok: false; readonly ms: number; readonly why: string };

/** Builds a point and makes attempts of it, until `attempts`, or until so many that are it were counted. */
export interface TryAsk {
  readonly kind: "try";
  readonly point: string;
  readonly attempts: number;
  readonly until: number;
  /** Keys of what is counted; null while it is not known which: then whatever the plan counts. */
  readonly keys: readonly string[] | null;
  /** So long and no longer, once it has made the least: what an attempt costs is not known before the first. */
  readonly within?: { readonly ms: number; readonly least: number } | undefined;
}

/** Makes that many fresh attempts of each of these points, interleaved. All of them are built. */
export interface ConfirmAsk {
  readonly kind: "confirm";
  readonly points: readonly string[];
  readonly attempts: number;
}

export type BisectAsk = TryAsk | ConfirmAsk;

export type BisectAnswer =
  | { readonly kind: "tried"; readonly build: BuildAnswer; readonly made: PointAttempts | null }
  | { readonly kind: "confirmed"; readonly made: readonly PointAttempts[] };
