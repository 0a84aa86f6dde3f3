import { jsonSchemas } from "../../src/result/json-schema.js";
import { page } from "./markdown.js";
import { fields, objects, type Schema } from "./schema.js";

/** The page of `repro.yaml`. */
export function manifest(): string {
  return document(
    "repro.schema.json",
    "The manifest: repro.yaml",
    "A repro is a folder with sources and a `repro.yaml`. A single source file, or a folder of them, needs none. Keys at the top level are the defaults of every variant. [`repros/`](../../repros) has examples; `vivarium new NAME` writes a commented one. The same as JSON Schema: [repro.schema.json](../../schemas/repro.schema.json).",
    true,
  );
}

/** The page of `result.json`. */
export function result(): string {
  return document(
    "result.schema.json",
    "The result: result.json",
    "What `run --json` prints and `.vivarium/campaigns/ID/result.json` holds. Fields keep their names and meaning. Addresses are texts in hexadecimal (`0x7f…`), times are in ISO 8601, probabilities and rates lie between 0 and 1. The same as JSON Schema: [result.schema.json](../../schemas/result.schema.json). Searches have [another one](search-result.md).",
    false,
  );
}

/** The page of a search's `result.json`. */
export function searchResult(): string {
  return document(
    "search.schema.json",
    "The result of a search: result.json",
    "What `--json` of `bisect`, `ablate`, `reduce` and `fix` prints and `.vivarium/searches/ID/result.json` holds. Fields keep their names and meaning. The same as JSON Schema: [search.schema.json](../../schemas/search.schema.json). The campaigns in `evidence` are like [any other](result.md).",
    false,
  );
}

function document(file: string, title: string, lead: string, isWritten: boolean): string {
  const schema = jsonSchemas()[file] as Schema | undefined;
  if (schema === undefined) throw new Error(`there is no ${file}`);
  const sections: string[] = [];
  for (const [path, each] of objects(schema, schema)) {
    sections.push(`${path === "" ? "" : `## \`${path}\`\n\n`}${fields(each, schema, path, isWritten)}`);
  }
  for (const [name, each] of Object.entries(schema.$defs ?? {})) {
    // The page is about the root, and a result has its own.
    if (schema.$ref === `#/$defs/${name}` || name === "Result") continue;
    for (const [path, inner] of objects(each, schema, name)) {
      sections.push(
        `## ${path === name ? name : `\`${path}\``}\n\n${fields(inner, schema, path, isWritten)}`,
      );
    }
  }
  return page(title, lead, sections);
}
