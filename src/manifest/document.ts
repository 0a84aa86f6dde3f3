import { LineCounter, isMap, isNode, isPair, isScalar, parseDocument, type Document } from "yaml";
import type * as z from "zod";
import { badRequest } from "../failure.js";
import { nearestNames } from "./nearest.js";

/** Larger than any document that a person writes; a bound for hostile ones. */
const MAX_BYTES = 1024 * 1024;

/**
 * Parses a YAML document against its schema. Every fault is one Failure("request") that names file, line and what to
 * write instead; all faults of a document are told at once.
 */
export function parseDocumentAs<T extends z.ZodType>(schema: T, text: string, file: string): z.infer<T> {
  if (text.length > MAX_BYTES) throw badRequest(`${file}: larger than 1 MiB; not a manifest`);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    // What it would warn of, it would tell the process: the schema refuses it.
    logLevel: "error",
  });
  const at = (offset: number | undefined): string => {
    if (offset === undefined) return file;
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`);
  if (broken.length > 0) throw badRequest(faultList(broken), "correct the YAML there");

  const parsed = schema.safeParse(toPlain(document, file));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .flatMap((issue) => describeIssue(issue, document, schema))
    .sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0))
    .map(({ offset, text }) => `${at(offset)}: ${text}`);
  throw badRequest(faultList(faults), "correct the lines named above");
}

/** Faults that are shown of one document, and characters of each: a key may be as long as the document. */
const MAX_SHOWN = 20;
const MAX_LENGTH = 500;

function faultList(faults: readonly string[]): string {
  return faults
    .slice(0, MAX_SHOWN)
    .map((text) => (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text))
    .join("\n");
}

function toPlain(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // The only way here is an alias that expands without bound.
    throw badRequest(
      `${file}: ${(cause as Error).message}`,
      "write the values out instead of using aliases",
      cause,
    );
  }
}

interface Fault {
  readonly offset: number | undefined;
  readonly text: string;
}

function describeIssue(issue: z.core.$ZodIssue, document: Document, schema: z.ZodType): Fault[] {
  const path = issue.path.map(String);
  const where = path.length === 0 ? "" : `${path.join(".")}: `;
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, path);
    return issue.keys.map((key) => {
      const near = nearestNames(key, known);
      const hint =
        near.length > 0
          ? `; did you mean '${near.join("' or '")}'?`
          : known.length > 0
            ? `; known: ${known.join(", ")}`
            : "";
      return { offset: keyOffset(document, [...path, key]), text: `${where}unknown key '${key}'${hint}` };
    });
  }
  const missing =
    issue.code === "invalid_type" && document.getIn(issue.path as unknown[], true) === undefined;
  if (missing) {
    const parent = path.slice(0, -1);
    return [{ offset: keyOffset(document, parent), text: `${where}missing: ${issue.message}` }];
  }
  return [{ offset: keyOffset(document, path), text: `${where}${issue.message}` }];
}

/** Offset of the key at a path, or of the node itself in a list, or of the nearest parent that is there. */
function keyOffset(document: Document, path: readonly string[]): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === step,
      );
      if (pair === undefined) return offset;
      offset = isNode(pair.key) ? pair.key.range?.[0] : offset;
      node = pair.value;
    } else {
      node =
        isNode(node) && "get" in node
          ? (node as { get(key: unknown, keep: boolean): unknown }).get(Number(step), true)
          : undefined;
      if (!isNode(node)) return offset;
      offset = node.range?.[0];
    }
  }
  return offset;
}

/** The keys that the schema knows at a path, for suggestions. */
function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  let current: unknown = schema;
  for (const step of path) {
    const def = inner(current);
    if (def?.shape !== undefined) current = def.shape[step];
    else if (def?.valueType !== undefined) current = def.valueType;
    else if (def?.element !== undefined) current = def.element;
    else return [];
  }
  return Object.keys(inner(current)?.shape ?? {});
}

interface Def {
  readonly shape?: Record<string, unknown>;
  readonly valueType?: unknown;
  readonly element?: unknown;
  readonly innerType?: unknown;
}

function inner(schema: unknown): Def | undefined {
  let def = (schema as { _zod?: { def: Def } } | undefined)?._zod?.def;
  while (def?.innerType !== undefined) def = (def.innerType as { _zod: { def: Def } })._zod.def;
  return def;
}
