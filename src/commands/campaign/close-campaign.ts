import { cpus } from "node:os";
import { assembleResult, type ResultParts } from "../../report/assemble.js";
import type { Result } from "../../report/result.js";
import { VERSION } from "../package.js";
import { writeReports } from "./write-reports.js";

/** Makes the result of what was measured, and writes it and the reports into the campaign's folder. */
export async function closeCampaign(
  folder: string,
  measured: Omit<ResultParts, "cpu" | "version" | "warnings" | "finishedAt">,
): Promise<Result> {
  const result = assembleResult({
    ...measured,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    version: VERSION,
    warnings: [],
    finishedAt: new Date().toISOString(),
  });
  await writeReports(folder, result);
  return result;
}
