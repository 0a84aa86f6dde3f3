import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import * as z from "zod";
import { finishedCampaign, type Finished } from "../campaign/finished-campaign.js";
import { badRequest } from "../failure.js";
import { SearchResult } from "../result/search/search-result.js";
import { RESULT_FILE } from "../workspace/campaign-place.js";
import { findSearch, SEARCHES_FOLDER } from "../workspace/search-place.js";

/** A finished search: its result, and the folder that it lies in; null where it is a result document alone. */
export interface FinishedSearch {
  readonly kind: "search";
  readonly folder: string | null;
  readonly result: SearchResult;
}

export type FinishedWork = ({ readonly kind: "campaign" } & Finished) | FinishedSearch;

/**
 * The campaign or search that a person means: an id or a part of one, a folder, a result document, or `latest`, the newer of both. Throws a
 * Failure("request") where there is none.
 */
export async function finishedWork(wanted: string, cwd: string): Promise<FinishedWork> {
  const found = await finishedSearch(wanted, cwd);
  return found ?? { kind: "campaign", ...(await finishedCampaign(wanted, cwd)) };
}

/** The same where it is a search; null where what is named is none. */
export async function finishedSearch(wanted: string, cwd: string): Promise<FinishedSearch | null> {
  const path = resolve(cwd, wanted);
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  const named = /[\\/]|\.json$/.test(wanted);
  const place = named ? null : await findSearch(wanted, cwd);
  const folder = place?.folder ?? (named && isFolder ? path : null);
  const file = folder === null ? path : join(folder, RESULT_FILE);
  if (folder === null && !(named && path.endsWith(".json"))) return null;
  const shown = relative(cwd, file);
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) {
    if (!isSearchFolder(folder)) return null;
    const id = basename(folder as string);
    throw badRequest(`search ${id} has no result yet`, "go on with it: vivarium VERB --resume latest");
  }
  const result = parseSearch(text, shown);
  return result === null ? null : { kind: "search", folder: folder ?? dirname(file), result };
}

function isSearchFolder(folder: string | null): boolean {
  return folder !== null && dirname(folder).endsWith(SEARCHES_FOLDER);
}

/** A search's result document, checked against its schema; null where it is something else's. */
export function parseSearch(text: string, path: string): SearchResult | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!z.object({ schema: z.literal("vivarium/search/1") }).safeParse(value).success) return null;
  const parsed = SearchResult.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, 5)
    .map(({ path: at, message }) => `${path}: ${at.join(".")}: ${message}`);
  throw badRequest(faults.join("\n"), "it was changed, or written by another version of vivarium");
}
