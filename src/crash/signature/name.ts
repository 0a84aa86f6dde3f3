import { createHash } from "node:crypto";
import { oneLine } from "../../text/printable.js";

/** A name for "the same crash". */
export interface Signature {
  /** 12 hex digits: the start of the sha256 of what the title says, without what differs from run to run. */
  readonly id: string;
  /** As a bug's title: `SIGSEGV in internal_getpwuid_r (libnss_compat.so.2), called from user.Current`. */
  readonly title: string;
  /**
   * So little is known of it (no trusted frame outside libc, no words) that another crash may have it, too: it is never called the
   * same crash as one elsewhere.
   */
  readonly weak?: true;
}

const MAX_TITLE = 160;

/** The name of what `parts` tell. */
export function signature(parts: readonly string[], title: string): Signature {
  const id = createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 12);
  return { id, title: oneLine(title, MAX_TITLE) };
}

/** One of which another crash may have as much to show. */
export function weakSignature(parts: readonly string[], title: string): Signature {
  return { ...signature(["weak", ...parts], title), weak: true };
}
