import { badRequest } from "../failure.js";

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** `10s`, `500ms`, `2m`, `1h` -> milliseconds. `what` names the flag or key in the error. */
export function durationMs(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const ms = match ? Math.round(Number(match[1]) * (MS[match[2] as string] as number)) : 0;
  if (ms <= 0)
    throw badRequest(`${what}: '${text}' is not a duration`, "write it with its unit: 10s, 500ms, 2m, 1h");
  return ms;
}

/** `8MiB`, `65536` -> bytes; `unlimited` -> null. `what` names the flag or key in the error. */
export function sizeBytes(size: string | number, what: string): number | null {
  if (typeof size === "number") return size;
  if (size === "unlimited") return null;
  const match = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)?$/.exec(size);
  const bytes = match ? Math.round(Number(match[1]) * (BYTES[match[2] ?? "B"] as number)) : 0;
  if (bytes <= 0)
    throw badRequest(`${what}: '${size}' is not a size`, "write it with a unit of 1024: 8MiB, 512KiB, 1GiB");
  return bytes;
}
