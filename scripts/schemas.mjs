// Writes schemas/*.json from the definitions in src/ (`npm run schemas`, after a build). A test checks that they are current.
import { mkdirSync, writeFileSync } from "node:fs";
import { stdout } from "node:process";
import { URL } from "node:url";
import { jsonSchemas, schemaText } from "../dist/result/json-schema.js";

const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(name, folder), schemaText(schema));
  stdout.write(`schemas/${name}\n`);
}
