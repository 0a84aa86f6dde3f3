const SAMPLE = 4096;

/**
 * The characters of a log: UTF-8, or UTF-16 as Windows' consoles save it, told by its byte-order mark or by the zero in every other byte.
 * What is no UTF-8 becomes U+FFFD. Marks are taken off. A log with carriage returns alone (old macOS) gets newlines.
 */
export function decode(input: string | Uint8Array): string {
  const text = (typeof input === "string" ? input : fromBytes(input)).replace(/^\ufeff/, "");
  return text.includes("\r") && !text.includes("\n") ? text.replaceAll("\r", "\n") : text;
}

function fromBytes(input: Uint8Array): string {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const order = byteOrder(bytes);
  if (order === null) return bytes.toString("utf8");
  return new TextDecoder(order).decode(bytes);
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
