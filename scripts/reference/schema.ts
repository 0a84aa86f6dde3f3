import { code, table } from "./markdown.js";

/** As much of JSON Schema as zod writes. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Record<string, Schema>;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly default?: unknown;
}

/**
 * A table of an object's fields: name, kind of value, what for. `path` is the object's own, under which its page has it. Who writes
 * such an object is told which fields are required, who reads one which may be absent.
 */
export function fields(schema: Schema, root: Schema, path: string, isWritten: boolean): string {
  const needed = new Set(schema.required ?? []);
  const mark = (name: string): string =>
    needed.has(name) === isWritten ? (isWritten ? " (required)" : " (may be absent)") : "";
  return table(
    ["field", "value", "what for"],
    Object.entries(schema.properties ?? {}).map(([name, field]) => [
      `${code(name)}${mark(name)}`,
      kindOf(field, root, path === "" ? name : `${path}.${name}`),
      descriptionOf(field, root),
    ]),
  );
}

/** Every object inside of a schema that has fields of its own, by the path to it. */
export function* objects(schema: Schema, root: Schema, path = ""): Generator<[path: string, schema: Schema]> {
  const own = resolved(schema, root);
  if (own.properties !== undefined) {
    yield [path, own];
    for (const [name, field] of Object.entries(own.properties)) {
      if (field.$ref === undefined) yield* objects(field, root, path === "" ? name : `${path}.${name}`);
    }
  }
  for (const each of [...(own.anyOf ?? []), ...(own.oneOf ?? [])]) {
    if (each.$ref === undefined) yield* objects(each, root, pathOf(each, path));
  }
  if (own.items !== undefined && own.items.$ref === undefined) yield* objects(own.items, root, `${path}[]`);
  if (typeof own.additionalProperties === "object" && own.additionalProperties.$ref === undefined)
    yield* objects(own.additionalProperties, root, `${path}.NAME`);
}

function resolved(schema: Schema, root: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? "")?.[1];
  return name === undefined ? schema : (root.$defs?.[name] ?? schema);
}

function descriptionOf(field: Schema, root: Schema): string {
  return field.description ?? resolved(field, root).description ?? "";
}

/** What has a page of its own. */
const PAGES: Readonly<Record<string, string>> = { Result: "result.md" };

/** Objects of several kinds in one place are told apart by their `kind`: `details (bisect)`. */
function pathOf(way: Schema, path: string): string {
  const kind = way.properties?.kind?.const;
  return typeof kind === "string" ? `${path} (${kind})` : path;
}

/** The part of a link that leads to a heading, as GitHub makes it. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}

/** What a field may hold, in a few words. Fields of its own are in the section of its path. */
export function kindOf(field: Schema, root: Schema, path: string): string {
  if (field.$ref !== undefined) {
    const name = /([^/]+)$/.exec(field.$ref)?.[1] ?? "";
    const { $ref: _, ...target } = resolved(field, root);
    return target.properties === undefined
      ? kindOf(target, root, path)
      : `[${name}](${PAGES[name] ?? `#${anchor(name)}`})`;
  }
  if (field.const !== undefined) return code(String(field.const));
  if (field.enum !== undefined) return field.enum.map((value) => code(String(value))).join(", ");
  const ways = field.anyOf ?? field.oneOf;
  if (ways !== undefined)
    return [...new Set(ways.map((way) => kindOf(way, root, pathOf(way, path))))].join(" or ");
  if (field.allOf !== undefined) return field.allOf.map((way) => kindOf(way, root, path)).join(" and ");
  if (Array.isArray(field.type))
    return field.type.map((type) => ofType(type, field, root, path)).join(" or ");
  return ofType(field.type as string | undefined, field, root, path);
}

function ofType(type: string | undefined, field: Schema, root: Schema, path: string): string {
  switch (type) {
    case "array":
      return `list of ${field.items === undefined ? "values" : kindOf(field.items, root, `${path}[]`)}`;
    case "object":
      return typeof field.additionalProperties === "object" && field.properties === undefined
        ? `name → ${kindOf(field.additionalProperties, root, `${path}.NAME`)}`
        : `[fields](#${anchor(path)})`;
    case "string":
      return "text";
    case "boolean":
      return "`true` or `false`";
    case "integer":
      return "whole number";
    case "null":
      return "`null`";
    default:
      return type ?? "value";
  }
}

/** Paths of the fields that nobody describes, at their own place or at that of their type. */
export function* undescribed(schema: Schema, root: Schema): Generator<string> {
  for (const [name, each] of [["", schema] as const, ...Object.entries(schema.$defs ?? {})]) {
    for (const [path, { properties = {} }] of objects(each, root, name)) {
      for (const [key, field] of Object.entries(properties))
        if (descriptionOf(field, root) === "") yield `${path}.${key}`;
    }
  }
}
