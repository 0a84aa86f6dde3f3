/** A tracker's Markdown: what it lets through and how much of it. */
export interface Dialect {
  readonly name: "github" | "gitlab" | "bugzilla" | "plain";
  readonly title: string;
  /** `<details>` folds. */
  readonly folds: boolean;
  /** Longest text that it takes, null for no limit that matters. Measured by `textSize`. */
  readonly limit: number | null;
}

export const DIALECTS = {
  github: { name: "github", title: "GitHub", folds: true, limit: 65_536 },
  gitlab: { name: "gitlab", title: "GitLab", folds: true, limit: 1_000_000 },
  // Most Bugzillas show a comment as it is, newer ones render Markdown: so no HTML, and tables that line up.
  bugzilla: { name: "bugzilla", title: "Bugzilla", folds: false, limit: 65_535 },
  plain: { name: "plain", title: "plain Markdown", folds: false, limit: null },
} as const satisfies Record<string, Dialect>;

/**
 * Trackers count characters, code units or bytes, and a browser's form makes two of each line end. UTF-8 bytes, with line
 * ends counted twice, are no less than any of these.
 */
export function textSize(text: string): number {
  return Buffer.byteLength(text, "utf8") + (text.match(/\n/g)?.length ?? 0);
}
