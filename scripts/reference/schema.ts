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

/** A table of an object's fields: name, kind of value, what for. Required ones are marked where `required` matters to the reader. */
export function fields(schema: Schema, root: Schema, marksRequired: boolean): string {
  const needed = new Set(schema.required ?? []);
  return table(
    ["field", "value", "what for"],
    Object.entries(schema.properties ?? {}).map(([name, field]) => [
      `${code(name)}${marksRequired && needed.has(name) ? " (required)" : ""}`,
      kindOf(field, root),
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
    if (each.$ref === undefined) yield* objects(each, root, path);
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

/** What may stand in a field, in a few words. */
export function kindOf(field: Schema, root: Schema): string {
  if (field.$ref !== undefined) {
    const name = /([^/]+)$/.exec(field.$ref)?.[1] ?? "";
    const { $ref: _, ...target } = resolved(field, root);
    return target.properties === undefined ? kindOf(target, root) : `[${name}](#${name.toLowerCase()})`;
  }
  if (field.const !== undefined) return code(String(field.const));
  if (field.enum !== undefined) return field.enum.map((value) => code(String(value))).join(", ");
  const ways = field.anyOf ?? field.oneOf;
  if (ways !== undefined) return [...new Set(ways.map((way) => kindOf(way, root)))].join(" or ");
  if (field.allOf !== undefined) return field.allOf.map((way) => kindOf(way, root)).join(" and ");
  switch (field.type) {
    case "array":
      return `list of ${field.items === undefined ? "values" : kindOf(field.items, root)}`;
    case "object":
      return typeof field.additionalProperties === "object" && field.properties === undefined
        ? `name → ${kindOf(field.additionalProperties, root)}`
        : "fields, below";
    case "string":
      return "text";
    case "boolean":
      return "`true` or `false`";
    case "integer":
      return "whole number";
    case "null":
      return "`null`";
    default:
      return typeof field.type === "string" ? field.type : "value";
  }
}
