import { lines, type Log } from "./log-line.js";

const MAX_OBJECT = 8 * 1024 * 1024;

/** What JSON names: nothing in it is trusted. */
export type Json = Record<string, unknown>;

/** An object that a log holds, and its lines: from its first to the one after its last (from 0). */
export interface FoundObject {
  readonly value: Json;
  readonly from: number;
  readonly to: number;
}

/** Braces at which an object may end that are tried: what ends at none of them is no object. */
const MAX_TRIES = 16;

/**
 * Every object of JSON in a log that begins a line and ends one: the same, or one that begins with its closing brace, as where it was printed
 * for people. Linear.
 */
export function* jsonObjects(log: Log): Generator<FoundObject> {
  let open: Open | null = null;
  let at = 0;
  for (const line of lines(log)) {
    const from = at++;
    if (open === null && /^\s*\{/.test(line))
      open = { from, parts: [], length: 0, tries: 0, indent: line.indexOf("{") };
    if (open === null) continue;
    open.parts.push(line);
    open.length += line.length + 1;
    const value = mayEnd(open, line, from) ? parsed(open) : null;
    if (value !== null) yield { value, from: open.from, to: at };
    if (value !== null || open.length > MAX_OBJECT || open.tries >= MAX_TRIES) open = null;
  }
}

interface Open {
  readonly from: number;
  readonly parts: string[];
  readonly indent: number;
  length: number;
  tries: number;
}

function mayEnd({ from, indent }: Open, line: string, at: number): boolean {
  return at === from ? /\}\s*$/.test(line) : line[indent] === "}" && line.trim().startsWith("}");
}

function parsed(open: Open): Json | null {
  open.tries++;
  try {
    return object(JSON.parse(open.parts.join("\n")));
  } catch {
    return null;
  }
}

export function object(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
