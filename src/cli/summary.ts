import { join } from "node:path";
import { formats, WRITTEN } from "../report/formats.js";
import { wantsColour } from "../progress/style.js";
import type { Result } from "../result/result.js";
import type { SearchResult } from "../result/search/search-result.js";
import { searchTerminal } from "../report/search/terminal.js";
import { terminal } from "../report/terminal.js";
import type { TerminalOptions } from "../report/terminal/page.js";
import type { CliContext } from "./command.js";

/** Wide enough for a path, and still easy to read. */
const WIDEST = 120;

/** The summary of a campaign, kept in a folder or given alone, on stdout: in colour only where a person looks at it. */
export function showSummary(result: Result, folder: string | null, context: CliContext): void {
  const { stdout } = context;
  stdout.write(terminal(result, optionsFor(folder, context)));
}

/** The same of a search. */
export function showSearch(result: SearchResult, folder: string | null, context: CliContext): void {
  context.stdout.write(searchTerminal(result, optionsFor(folder, context)));
}

function optionsFor(folder: string | null, { stdout, env }: CliContext): TerminalOptions {
  return {
    columns: Math.min(WIDEST, stdout.columns ?? 80),
    color: stdout.isTTY === true && wantsColour(env as NodeJS.ProcessEnv),
    reports: folder === null ? [] : WRITTEN.map((name) => join(folder, formats[name].file)),
  };
}
