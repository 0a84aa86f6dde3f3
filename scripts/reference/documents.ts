import { jsonSchemas } from "../../src/result/json-schema.js";
import { page } from "./markdown.js";
import { fields, objects, type Schema } from "./schema.js";

/** The page of `repro.yaml`. */
export function manifest(): string {
  return document(
    "repro.schema.json",
    "The manifest: repro.yaml",
    "A repro is a folder with sources and a `repro.yaml`. A single `.c`, `.cc` or `.go` file, or a folder of them, does without one. Keys at the top level are the defaults of every variant. [`repros/`](../../repros) has examples; `vivarium new NAME` writes a commented one. The same as JSON Schema: [repro.schema.json](../../schemas/repro.schema.json).",
    true,
  );
}

/** The page of `result.json`. */
export function result(): string {
  return document(
    "result.schema.json",
    "The result: result.json",
    "What `run --json` prints and `.vivarium/campaigns/ID/result.json` holds. Fields keep their names and meaning. The same as JSON Schema: [result.schema.json](../../schemas/result.schema.json).",
    false,
  );
}

function document(file: string, title: string, lead: string, marksRequired: boolean): string {
  const schema = jsonSchemas()[file] as Schema | undefined;
  if (schema === undefined) throw new Error(`there is no ${file}`);
  const sections: string[] = [];
  for (const [path, each] of objects(schema, schema)) {
    sections.push(`${path === "" ? "" : `## \`${path}\`\n\n`}${fields(each, schema, marksRequired)}`);
  }
  for (const [name, each] of Object.entries(schema.$defs ?? {})) {
    let first = true;
    for (const [path, inner] of objects(each, schema)) {
      sections.push(`## ${first ? name : `\`${name}.${path}\``}\n\n${fields(inner, schema, marksRequired)}`);
      first = false;
    }
  }
  return page(title, lead, sections);
}
