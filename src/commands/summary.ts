import type { Result } from "../report/result.js";
import type { Surroundings } from "./command.js";

/** The summary of a campaign, on stdout. */
export function showSummary(result: Result, folder: string, { stdout }: Surroundings): void {
  for (const e of result.environments) {
    stdout.write(
      `${e.id} ${e.attempts} ${JSON.stringify(e.outcomes)} ${JSON.stringify(e.rate)} ${e.signatures.map((s) => s.title).join("; ")} ${JSON.stringify(e.expectation)}\n`,
    );
  }
  stdout.write(`${folder}\n`);
}
