import * as z from "zod";
import { Manifest } from "../manifest/repro.js";
import { Result } from "./result.js";
import { SearchResult } from "./search/search-result.js";

/** The published schemas by file name, generated from the definitions that the code itself parses with. */
export function jsonSchemas(): Record<string, object> {
  return {
    "result.schema.json": z.toJSONSchema(Result, { target: "draft-2020-12" }),
    "search.schema.json": z.toJSONSchema(SearchResult, { target: "draft-2020-12" }),
    "repro.schema.json": z.toJSONSchema(Manifest, { target: "draft-2020-12", io: "input" }),
  };
}

/** A schema as its file holds it. */
export function schemaText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
