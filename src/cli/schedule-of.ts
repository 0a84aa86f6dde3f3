import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { badRequest } from "../failure.js";
import { parseRule, playOf, ScheduleFile, type ScheduleRequest } from "../plan/schedule.js";

/**
 * What `--schedule` asks for: a rule by its name, or else a file with a schedule. Throws a Failure("request") for what is neither.
 */
export async function scheduleOf(text: string, cwd: string): Promise<ScheduleRequest> {
  const rule = parseRule(text);
  if (rule !== null) return rule;
  return playOf(await readSchedule(text, cwd));
}

async function readSchedule(path: string, cwd: string): Promise<ScheduleFile> {
  const content = await readFile(resolve(cwd, path), "utf8").catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "is neither a rule nor a file" : `cannot be read: ${cause.message}`;
    throw badRequest(
      `--schedule ${path}: ${why}`,
      "rules: search, hold, random, random=STEPS, pct=DEPTH, preempt=SWITCHES; files: schedules/*.json and holds/*.json in a campaign's folder",
      cause,
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw badRequest(`--schedule ${path}: is not JSON: ${(cause as Error).message}`, null, cause);
  }
  const parsed = ScheduleFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw badRequest(
    `--schedule ${path}: ${first?.path.join(".") ?? ""}: ${first?.message ?? "not a schedule"}`,
    "a schedule is written by `vivarium run --schedule random` to schedules/ in its campaign's folder",
  );
}
