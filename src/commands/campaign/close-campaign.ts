import { cpus } from "node:os";
import { assembleResult, type ResultParts } from "../../report/assemble.js";
import { formats, WRITTEN } from "../../report/formats.js";
import { rehearseDrawing } from "../../report/plots/figure.js";
import type { Result } from "../../report/result.js";
import { VERSION } from "../package.js";
import { writeReports } from "./write-reports.js";

/** What was measured, and where. */
export type Measured = Omit<ResultParts, "cpu" | "version" | "warnings" | "finishedAt">;

/** Makes the result of what was measured, and writes it and the reports into the campaign's folder. */
export async function closeCampaign(folder: string, measured: Measured): Promise<Result> {
  const result = resultOf(measured);
  await writeReports(folder, result);
  return result;
}

/**
 * Makes a result of nothing, and its reports, and forgets them. What is done for the first time takes several times as long as the second:
 * done while a container starts, a short campaign does not wait for it at its end.
 */
export async function rehearseClosing({
  plan,
  ...known
}: Omit<Measured, "outcome" | "groups"> & Pick<Measured["outcome"], "plan">): Promise<void> {
  const started = new Date().toISOString();
  const none = { cells: [], infra: [], complete: false, elapsedMs: 0, startedAt: started, finishedAt: null };
  const result = resultOf({ ...known, groups: new Map(), outcome: { id: "", plan, ...none } });
  for (const name of WRITTEN) await formats[name].render(result);
  rehearseDrawing();
}

function resultOf(measured: Measured): Result {
  return assembleResult({
    ...measured,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    version: VERSION,
    warnings: [],
    finishedAt: new Date().toISOString(),
  });
}
