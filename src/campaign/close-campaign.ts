import { cpus } from "node:os";
import { assembleResult } from "../result/assemble-result.js";
import type { ResultParts } from "../result/result-parts.js";
import { formats, WRITTEN } from "../report/formats.js";
import type { Result } from "../result/result.js";
import type { CellOutcome } from "../run/state/campaign-outcome.js";
import { Tally } from "../run/state/tally.js";
import { VERSION } from "../workspace/package.js";
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
 * Makes a result of one attempt that nobody made, and its reports, and forgets them. What is done for the first time takes several times
 * as long as the second: done while a container starts, a short campaign does not wait for it at its end.
 */
export async function rehearseClosing({
  plan,
  ...known
}: Omit<Measured, "outcome" | "groups"> & Pick<Measured["outcome"], "plan">): Promise<void> {
  const started = new Date().toISOString();
  const cells = plan.cells.slice(0, 1).map(({ id }) => rehearsed(id));
  const none = { infra: [], complete: false, elapsedMs: 1, startedAt: started, finishedAt: null };
  const result = resultOf({ ...known, groups: new Map(), outcome: { id: "", plan, cells, ...none } });
  for (const name of WRITTEN) await formats[name].render(result);
}

/** A cell with one clean attempt, so that every figure has something to draw. */
function rehearsed(id: string): CellOutcome {
  const tally = new Tally();
  tally.add({
    attempt: {
      number: 1,
      startMs: 0,
      durationMs: 1,
      userMs: 1,
      systemMs: 0,
      maxRssKiB: 1,
      status: 0,
      timedOut: false,
      leftovers: 0,
      bytesOut: 0,
      bytesErr: 0,
      output: null,
    },
    verdict: { key: "clean", outcome: "clean", counted: false },
  });
  const { keys: _, ...counts } = tally.summary();
  return {
    id,
    ...counts,
    keys: [],
    ending: null,
    gaveUp: false,
    excluded: 0,
    mapped: null,
    alone: false,
    infra: 0,
    attemptsPerSecond: 1,
  };
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
