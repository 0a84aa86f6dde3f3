import { join } from "node:path";
import { formats, WRITTEN } from "../report/formats.js";
import { wantsColour } from "../progress/style.js";
import type { Result } from "../result/result.js";
import { terminal } from "../report/terminal.js";
import type { CliContext } from "./command.js";

/** Wide enough for a path, and still easy to read. */
const WIDEST = 120;

/** The summary of a campaign, kept in a folder or given alone, on stdout: in colour only where a person looks at it. */
export function showSummary(result: Result, folder: string | null, { stdout, env }: CliContext): void {
  const colour = stdout.isTTY === true && wantsColour(env as NodeJS.ProcessEnv);
  const columns = Math.min(WIDEST, stdout.columns ?? 80);
  stdout.write(
    terminal(result, {
      columns,
      color: colour,
      reports: folder === null ? [] : WRITTEN.map((name) => join(folder, formats[name].file)),
    }),
  );
}
