/**
 * The one progress event. Stages emit it, a renderer (terminal, plain lines, JSON lines) shows it, always on stderr.
 * Every event is a fact of its own: a renderer that misses one shows no wrong thing afterwards.
 */
export type ProgressEvent =
  /** A step of set-up or evidence: an image, a binary, a capture. `id` is unique, for its end. */
  | { readonly kind: "step-started"; readonly id: string; readonly title: string }
  /** What a running step says of itself: the last line of a build. */
  | { readonly kind: "step-output"; readonly id: string; readonly line: string }
  | {
      readonly kind: "step-ended";
      readonly id: string;
      readonly title: string;
      readonly status: "done" | "cached" | "failed" | "interrupted";
      readonly ms: number;
    }
  /** Where attempts stand in one cell. */
  | {
      readonly kind: "attempts";
      readonly cell: string;
      readonly done: number;
      /** Attempts that its stop rule wants at most; null where it is a time. */
      readonly of: number | null;
      readonly counted: number;
      readonly low: number;
      readonly high: number;
      readonly perSecond: number;
      /** Milliseconds left by the stop rule, null where it cannot be told. */
      readonly leftMs: number | null;
      /** Whether it ends sooner as soon as it finds what it looks for, and nothing says when: `leftMs` is the most that it takes. */
      readonly leftAtMost: boolean;
    }
  /** Where a search of candidates stands: how many answers it has, and what it makes of them. */
  | {
      readonly kind: "search";
      /** The verb: `bisect`. */
      readonly search: string;
      readonly answers: number;
      readonly standing: string;
    }
  | { readonly kind: "note"; readonly level: "info" | "warning"; readonly text: string };

export type ProgressSink = (event: ProgressEvent) => void;
