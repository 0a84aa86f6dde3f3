import type * as z from "zod";
import { nearestNames } from "./nearest.js";
import {
  definitionOf,
  keyedMaps,
  keysAt,
  kindWords,
  KINDS,
  mapExample,
  placeWords,
  schemaAt,
} from "./schema-place.js";

/** A document of another kind, in which a key may belong: what messages call it, and its schema. */
export interface OtherDocument {
  readonly name: string;
  readonly schema: z.ZodType;
}

/** What to do about a key that is not known where it stands: where it belongs, what it may be meant for, what there is. */
export function unknownKeyHint(
  key: string,
  path: readonly string[],
  schema: z.ZodType,
  others: readonly OtherDocument[] = [],
): string {
  const known = keysAt(schema, path);
  const maps = keyedMaps(schema);
  const elsewhere = maps.find(({ keys }) => keys.includes(key));
  if (elsewhere !== undefined) return `; it belongs ${placeWords(elsewhere.path)}`;
  const parts = [nearHint(key, known, maps), otherHint(key, others)].filter((text) => text !== null);
  if (parts.length > 0) return `; ${parts.join(" ")}`;
  return known.length > 0 ? `; known: ${known.join(", ")}` : "";
}

type KeyedMap = ReturnType<typeof keyedMaps>[number];

/** `did you mean 'link'?`; a key that is known elsewhere only with where that is. */
function nearHint(key: string, known: readonly string[], maps: readonly KeyedMap[]): string | null {
  const [best] = nearestNames(key, [...known, ...maps.flatMap(({ keys }) => keys)]);
  if (best === undefined) return null;
  if (known.includes(best)) return `did you mean '${nearestNames(key, known).join("' or '")}'?`;
  const meant = maps.find(({ keys }) => keys.includes(best));
  return meant === undefined ? null : `did you mean '${best}', ${placeWords(meant.path)}?`;
}

/** `in vivarium.config.yaml it belongs at the top level` */
function otherHint(key: string, others: readonly OtherDocument[]): string | null {
  for (const { name, schema } of others) {
    const there = keyedMaps(schema).find(({ keys }) => keys.includes(key));
    if (there !== undefined) return `'${key}' is a key of ${name}, ${placeWords(there.path)}`;
  }
  return null;
}

/** What is wrong with a value, in the words of YAML where zod's are of JavaScript. `value`: what stands there. */
export function valueFault(
  issue: z.core.$ZodIssue,
  value: unknown,
  path: readonly string[],
  schema: z.ZodType,
): string {
  const wanted = schemaAt(schema, path);
  if (issue.code === "invalid_type") return wrongKind(KINDS[issue.expected] ?? issue.expected, value, wanted);
  if (issue.code === "invalid_union" && issue.message === "Invalid input")
    return wrongKind(kindWords(wanted), value, wanted);
  return issue.message;
}

function wrongKind(kind: string, value: unknown, wanted: unknown): string {
  if (value === undefined) return `missing: ${kind} is wanted`;
  const stands = `${standing(value)} stands where ${kind} is wanted`;
  if (kind === "a map") return `${stands}, such as ${mapExample(wanted)}`;
  if (kind === "a list" && isPlain(value)) return `${stands}, such as ${inList(value, wanted)}`;
  if (kind === "text" && isPlain(value)) return `${stands}: put it in quotes, "${String(value)}"`;
  return stands;
}

/** The value as the one entry of a list; `[…]` where its entries are of another kind. */
function inList(value: string | number | boolean, wanted: unknown): string {
  const type = definitionOf(definitionOf(wanted)?.element)?.type;
  if (type !== "string" && type !== "enum") return "[…]";
  const text = String(value);
  return /^[\w./@+=-]+$/.test(text) && typeof value === "string" ? `[${text}]` : `[${JSON.stringify(text)}]`;
}

function isPlain(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function standing(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" ? "a number" : "text";
}
