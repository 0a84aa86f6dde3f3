/** Lines beyond this many characters are cut before they are looked at: no trace has longer ones. */
export const MAX_LINE = 8192;

/** A piece of a text has about so many characters. */
export const PIECE = 4 * 1024;

/**
 * A text in pieces of whole lines, each without the newline at its end. 64 MiB in one string take twice that where a single character is not Latin-1,
 * and as much again for each step that changes something; a line that somebody keeps holds its own piece alone.
 */
export class LogText {
  constructor(private readonly pieces: readonly string[]) {}

  /** The lines, one at a time: 64 MiB of newlines must not become 64 million strings at once. */
  *lines(longest = MAX_LINE): Generator<string> {
    for (const piece of this.pieces) {
      for (let at = 0; at <= piece.length;) {
        const end = piece.indexOf("\n", at);
        const stop = end === -1 ? piece.length : end;
        yield piece.slice(at, Math.min(stop, at + longest));
        at = stop + 1;
      }
    }
  }

  /** Whether a pattern matches within a line. */
  has(pattern: RegExp): boolean {
    return this.pieces.some((piece) => pattern.test(piece));
  }
}
