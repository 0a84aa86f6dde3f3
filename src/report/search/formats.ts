import { SearchResult } from "../../result/search/search-result.js";
import { formats, type FormatName } from "../formats.js";
import { DIALECTS, type Dialect } from "../markdown/dialect.js";

/** One way to write a search's result for others. */
export interface SearchFormat {
  /** File name in a search's folder or a bundle. */
  readonly file: string;
  render(result: SearchResult): string | Promise<string>;
}

const inDialect = (dialect: Dialect): SearchFormat => ({
  file: formats[dialect.name].file,
  render: async (result) => (await import("./markdown.js")).searchMarkdown(result, dialect),
});

/** The formats of a campaign, for searches. SARIF is about code that crashes: a search's campaigns have it, each for itself. */
export const SEARCH_FORMATS = {
  github: inDialect(DIALECTS.github),
  gitlab: inDialect(DIALECTS.gitlab),
  bugzilla: inDialect(DIALECTS.bugzilla),
  plain: inDialect(DIALECTS.plain),
  html: {
    file: formats.html.file,
    render: async (result) => (await import("./html.js")).searchHtml(result),
  },
  json: {
    file: formats.json.file,
    render: (result) => `${JSON.stringify(SearchResult.parse(result), null, 2)}\n`,
  },
  junit: {
    file: formats.junit.file,
    render: async (result) => (await import("./junit.js")).searchJunit(result),
  },
} as const satisfies Record<Exclude<FormatName, "sarif">, SearchFormat>;
