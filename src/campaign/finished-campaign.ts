import { readFile } from "node:fs/promises";
import { basename, relative } from "node:path";
import { badRequest } from "../failure.js";
import { Result } from "../result/result.js";
import { findCampaign, type CampaignPlace } from "../workspace/campaign-place.js";

/** A finished campaign: where it lies, and its result. */
export interface Finished {
  readonly place: CampaignPlace;
  readonly result: Result;
}

/**
 * The result of a campaign, named as `findCampaign` takes it. Throws a Failure("request") where there is none, or where its
 * result.json is not one.
 */
export async function finishedCampaign(wanted: string, cwd: string): Promise<Finished> {
  const place = await findCampaign(wanted, cwd);
  const path = relative(cwd, place.result);
  const text = await readFile(place.result, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT" || place.folder === null)
      throw badRequest(`${path}: cannot be read: ${cause.message}`, null, cause);
    const id = basename(place.folder);
    throw badRequest(`campaign ${id} has no result yet`, `vivarium run --resume ${id} ends it`, cause);
  });
  return { place, result: parseResult(text, path) };
}

/** A result document, checked against its schema. `path` names it in the error. */
export function parseResult(text: string, path: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badRequest(`${path}: is not JSON: ${(cause as Error).message}`, null, cause);
  }
  const parsed = Result.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, 5)
    .map(({ path: at, message }) => [path, ...(at.length > 0 ? [at.join(".")] : []), message].join(": "));
  throw badRequest(faults.join("\n"), "it was changed, or written by another version of vivarium");
}
