import { join } from "node:path";
import { writeWhole } from "../campaign/write-reports.js";
import { shellLine } from "../images/quote.js";
import { SEARCH_FORMATS } from "../report/search/formats.js";
import { WRITTEN } from "../report/formats.js";
import type { SearchResult } from "../result/search/search-result.js";
import { VERSION } from "../workspace/package.js";
import type { OpenSearch } from "./open-search.js";

/** What a search found, without what its place and time say. */
export type Found = Omit<
  SearchResult,
  "schema" | "id" | "vivarium" | "startedAt" | "finishedAt" | "command" | "redacted"
>;

/** Makes the result of a search, and writes it and its reports into the search's folder. */
export async function closeSearch(
  search: Pick<OpenSearch, "header" | "folder">,
  found: Found,
): Promise<SearchResult> {
  const { id, startedAt, command } = search.header;
  const result: SearchResult = {
    schema: "vivarium/search/1",
    id,
    vivarium: VERSION,
    startedAt,
    finishedAt: new Date().toISOString(),
    command: shellLine(["vivarium", ...command]),
    redacted: [],
    ...found,
  };
  for (const name of WRITTEN) {
    const { file, render } = SEARCH_FORMATS[name as keyof typeof SEARCH_FORMATS];
    await writeWhole(join(search.folder, file), await render(result));
  }
  return result;
}
