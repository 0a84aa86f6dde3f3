import { PIECE } from "./log-text.js";

const SAMPLE = 4096;
const NEWLINE = "\n";

/**
 * The characters of a log in pieces of whole lines, each without the newline at its end: UTF-8, or UTF-16 as Windows' consoles save it, told by
 * its byte-order mark or by the zero in every other byte. What is no UTF-8 becomes U+FFFD. The mark is taken off. A log with carriage returns
 * alone (old macOS) gets newlines.
 */
export function* decode(input: string | Uint8Array): Generator<string> {
  let first = true;
  for (const piece of piecesOf(input)) {
    yield first ? piece.replace(/^\ufeff/, "") : piece;
    first = false;
  }
}

function piecesOf(input: string | Uint8Array): Iterable<string> {
  if (typeof input === "string") return cut(input, (from, to) => input.slice(from, to));
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const order = byteOrder(bytes);
  if (order !== null) return piecesOf(new TextDecoder(order).decode(bytes));
  return cut(bytes, (from, to) => bytes.toString("utf8", from, to));
}

function* cut(whole: string | Buffer, part: (from: number, to: number) => string): Generator<string> {
  if (!whole.includes(NEWLINE)) return yield part(0, whole.length).replaceAll("\r", NEWLINE);
  for (let at = 0; at <= whole.length;) {
    const end = endOf(whole, at);
    yield part(at, end);
    at = end + 1;
  }
}

/** The newline at which a piece ends. Linear: the one before a piece is the furthest that is looked back to. */
function endOf(whole: string | Buffer, at: number): number {
  if (whole.length - at <= PIECE) return whole.length;
  const before = whole.lastIndexOf(NEWLINE, at + PIECE);
  const end = before >= at ? before : whole.indexOf(NEWLINE, at + PIECE);
  return end === -1 ? whole.length : end;
}

/** Which UTF-16 the bytes are, or null. ASCII in UTF-16 is half zeros. */
function byteOrder(bytes: Buffer): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const pairs = Math.floor(Math.min(bytes.length, SAMPLE) / 2);
  if (pairs < 4) return null;
  const zeros = [0, 0];
  for (let i = 0; i < 2 * pairs; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > 0.7 * pairs && even < 0.1 * pairs) return "utf-16le";
  return even > 0.7 * pairs && odd < 0.1 * pairs ? "utf-16be" : null;
}
