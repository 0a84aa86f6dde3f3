import { LineCounter, isMap, isNode, isPair, isScalar, parseDocument, type Document } from "yaml";
import type * as z from "zod";
import { badRequest } from "../failure.js";
import { unknownKeyHint, valueFault, type OtherDocument } from "./fault-words.js";

/** Larger than any document that a person writes; a bound for hostile ones. */
const MAX_BYTES = 1024 * 1024;

/**
 * Parses a YAML document against its schema. Every fault is one Failure("request") that names file, line and what to
 * write instead; all faults of a document are told at once. `others`: where else a key may belong.
 */
export function parseDocumentAs<T extends z.ZodType>(
  schema: T,
  text: string,
  file: string,
  others: readonly OtherDocument[] = [],
): z.infer<T> {
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

  const plain = toPlain(document, file);
  const parsed = schema.safeParse(plain);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .flatMap((issue) => describeIssue(issue, { document, plain, schema, others }))
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

/** A document that does not fit its schema. */
interface Misfit {
  readonly document: Document;
  readonly plain: unknown;
  readonly schema: z.ZodType;
  readonly others: readonly OtherDocument[];
}

function describeIssue(issue: z.core.$ZodIssue, { document, plain, schema, others }: Misfit): Fault[] {
  const path = issue.path.map(String);
  const where = path.length === 0 ? "" : `${path.join(".")}: `;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      offset: keyOffset(document, [...path, key]),
      text: `${where}unknown key '${key}'${unknownKeyHint(key, path, schema, others)}`,
    }));
  }
  const value = valueAt(plain, path);
  // What is missing is told of where it should be.
  const place = value === undefined ? path.slice(0, -1) : path;
  return [{ offset: keyOffset(document, place), text: `${where}${valueFault(issue, value, path, schema)}` }];
}

function valueAt(plain: unknown, path: readonly string[]): unknown {
  let value = plain;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
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
