import { createHash } from "node:crypto";

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/**
 * sha256 (hex) of a step's inputs. Equal inputs have equal keys, in whatever order the fields of objects were written;
 * an undefined field counts as absent.
 */
export function keyOf(inputs: Json): string {
  return createHash("sha256")
    .update(JSON.stringify(ordered(inputs)))
    .digest("hex");
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, ordered(item)]));
}

/** sha256 (hex) of bytes. */
export function digestOf(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}
