import * as z from "zod";
import { NativeCapture } from "../evidence.js";
import { visible } from "../../text/printable.js";

const MAX_TEXT = 64 * 1024;
const MAX_ITEMS = 20_000;
const MAX_DEPTH = 12;

/**
 * Checks what `evidence.py` answered. Its form is ours, but the names, paths and texts in it are the crashed program's
 * (symbols, thread names, mapped files): they are made printable and cut. Returns why it is refused, in words, where
 * it is not a capture.
 */
export function readCapture(json: string): { capture: NativeCapture } | { refused: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { refused: `gdb's answer is not JSON: ${(error as Error).message}` };
  }
  const result = NativeCapture.safeParse(scrubbed(value, 0));
  if (result.success) return { capture: result.data };
  return { refused: `gdb's answer is not a capture: ${z.prettifyError(result.error).slice(0, 500)}` };
}

/** A copy whose strings can be shown, of bounded depth and width, without keys that mean something to JavaScript. */
function scrubbed(value: unknown, depth: number): unknown {
  if (typeof value === "string") return visible(value.slice(0, MAX_TEXT));
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => scrubbed(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value).slice(0, MAX_ITEMS)) {
    if (key !== "__proto__") copy[visible(key.slice(0, 200))] = scrubbed(item, depth + 1);
  }
  return copy;
}
