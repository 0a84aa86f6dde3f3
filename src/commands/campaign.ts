import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { badRequest } from "../failure.js";
import { Result } from "../report/result.js";
import { CampaignStore } from "../run/store.js";

/** A finished campaign: its folder and its result. */
export interface Finished {
  readonly id: string;
  readonly folder: string;
  readonly result: Result;
}

/**
 * The result of a campaign by its id, the beginning of one, or `latest`. Throws a Failure("request") where there is none,
 * or where its result.json is not one.
 */
export async function finishedCampaign(wanted: string, store = new CampaignStore()): Promise<Finished> {
  const id = await store.find(wanted);
  const folder = store.path(id);
  const path = join(folder, "result.json");
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw badRequest(`campaign ${id} has no result yet`, `vivarium run --resume ${id} ends it`, cause);
  });
  return { id, folder, result: parseResult(text, path) };
}

/** A result document, checked against its schema. `path` names it in the error. */
export function parseResult(text: string, path: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badRequest(`${path}: is no JSON: ${(cause as Error).message}`, null, cause);
  }
  const parsed = Result.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, 5)
    .map(({ path: at, message }) => `${path}: ${at.join(".")}: ${message}`);
  throw badRequest(faults.join("\n"), "it was changed, or written by another version of vivarium");
}
