import type * as z from "zod";

/** What of a schema of zod's is needed to find keys in it. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly valueType?: unknown;
  readonly element?: unknown;
  readonly innerType?: unknown;
  /** Of what is read and then made something else of: what is read. */
  readonly in?: unknown;
  readonly options?: readonly unknown[];
}

/** Stands in a path for the names of a map that a person chooses, and for the entries of a list. */
const ANY_NAME = "NAME";
const ENTRY = "[]";

/** The definition of a schema, behind `optional`, `default` and the like. */
export function definitionOf(schema: unknown): Definition | undefined {
  let definition = (schema as { _zod?: { def: Definition } } | undefined)?._zod?.def;
  while (definition?.innerType !== undefined || definition?.in !== undefined)
    definition = definitionOf(definition.innerType ?? definition.in);
  return definition;
}

/** The schema at a path of a document; undefined where there is none. */
export function schemaAt(schema: z.ZodType, path: readonly string[]): unknown {
  let current: unknown = schema;
  for (const step of path) {
    const definition = definitionOf(current);
    current = definition?.shape?.[step] ?? definition?.valueType ?? definition?.element;
    if (current === undefined) return undefined;
  }
  return current;
}

/** The keys that a schema knows at a path; none where it is no map with keys of its own. */
export function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  return Object.keys(definitionOf(schemaAt(schema, path))?.shape ?? {});
}

/** Every map with keys of its own in a schema, the outermost first: its path, and the keys. */
export function keyedMaps(
  schema: z.ZodType,
): { readonly path: readonly string[]; readonly keys: readonly string[] }[] {
  const found: { path: string[]; keys: string[] }[] = [];
  const todo: { path: string[]; schema: unknown }[] = [{ path: [], schema }];
  for (const { path, schema: each } of todo) {
    const definition = definitionOf(each);
    if (definition?.shape !== undefined) {
      found.push({ path, keys: Object.keys(definition.shape) });
      for (const [key, value] of Object.entries(definition.shape))
        todo.push({ path: [...path, key], schema: value });
    }
    if (definition?.valueType !== undefined)
      todo.push({ path: [...path, ANY_NAME], schema: definition.valueType });
    if (definition?.element !== undefined) todo.push({ path: [...path, ENTRY], schema: definition.element });
  }
  return found;
}

/** `at the top level`, `under 'run'`, `under a name in 'run.services'`, `in an entry of 'expect'` */
export function placeWords(path: readonly string[]): string {
  if (path.length === 0) return "at the top level";
  const last = path.at(-1);
  const parent = path.slice(0, -1).join(".");
  if (last === ANY_NAME) return `under a name in '${parent}'`;
  return last === ENTRY ? `in an entry of '${parent}'` : `under '${path.join(".")}'`;
}

/** What a person is to write there, in the field's words. */
export function kindWords(schema: unknown): string {
  const definition = definitionOf(schema);
  if (definition?.type === "union")
    return [...new Set((definition.options ?? []).map(kindWords))].join(" or ");
  return KINDS[definition?.type ?? ""] ?? "another value";
}

/** Names of zod's for types, and what they are in YAML. */
export const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  record: "a map",
  object: "a map",
  enum: "one of its words",
};

/** How a map is written, with the keys that it cannot do without: `{ NAME: { command: … } }`; `…` for anything else. */
export function mapExample(schema: unknown): string {
  const definition = definitionOf(schema);
  if (definition?.valueType !== undefined) return `{ ${ANY_NAME}: ${mapExample(definition.valueType)} }`;
  if (definition?.shape === undefined) return "…";
  const keys = Object.keys(definition.shape);
  const needed = keys.filter((key) => !isOptional(definition.shape?.[key]));
  const shown = needed.length > 0 ? needed : keys.slice(0, 1);
  return `{ ${shown.map((key) => `${key}: ${mapExample(definition.shape?.[key])}`).join(", ")} }`;
}

function isOptional(schema: unknown): boolean {
  const type = (schema as { _zod?: { def: Definition } } | undefined)?._zod?.def.type;
  return type === "optional" || type === "default";
}
