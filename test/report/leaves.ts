import { Result } from "../../src/result/result.js";

type Path = readonly (string | number)[];

/** Calls `change` with every string of a document (values, not keys) and puts what it returns in its place. */
export function mapStrings(
  value: unknown,
  change: (text: string, path: Path) => string,
  path: Path = [],
): unknown {
  if (typeof value === "string") return change(value, path);
  if (Array.isArray(value)) return value.map((item, i) => mapStrings(item, change, [...path, i]));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, mapStrings(item, change, [...path, key])]),
    );
  }
  return value;
}

/** A path with its array indices left out: one name for "the function of any frame". */
export function fieldOf(path: Path): string {
  return path.map((step) => (typeof step === "number" ? "*" : step)).join(".");
}

/** Fields that the schema leaves free: any text may stand there. Found by asking the schema. */
export function freeFields(result: Result): Set<string> {
  const asked = new Map<string, boolean>();
  mapStrings(result, (text, path) => {
    const field = fieldOf(path);
    if (!asked.has(field)) {
      const planted = mapStrings(result, (other, at) =>
        at.join("\0") === path.join("\0") ? "any text" : other,
      );
      asked.set(field, Result.safeParse(planted).success);
    }
    return text;
  });
  return new Set([...asked].filter(([, free]) => free).map(([field]) => field));
}

/** The result with every field in `free` changed by `change`. */
export function withFreeFields(
  result: Result,
  free: ReadonlySet<string>,
  change: (text: string, field: string) => string,
): Result {
  return Result.parse(
    mapStrings(result, (text, path) => (free.has(fieldOf(path)) ? change(text, fieldOf(path)) : text)),
  );
}
