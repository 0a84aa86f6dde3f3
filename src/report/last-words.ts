import type { SignatureRecord } from "../result/result.js";
import { namedCause } from "../crash/said.js";
import { clipLine } from "../text/clip.js";

/**
 * The last lines that the program wrote before it failed so, of standard error where there are any: its own word for why. Empty where a
 * trace or a sanitizer's report among them is told anyway, and where it wrote nothing.
 */
export function lastWords({ outcome, evidence }: SignatureRecord, lines = 3): string[] {
  const { output, go, sanitizer } = evidence;
  if (output === null || go !== null || sanitizer !== null) return [];
  const [stderr, stdout] = [output.stderr, output.stdout].map((text) =>
    text.split("\n").filter((line) => line.trim() !== ""),
  ) as [string[], string[]];
  const said = stderr.length > 0 || outcome !== "exit" ? stderr : stdout;
  const from = Math.max(0, said.length - lines);
  // A trace behind the cause would push that out.
  const cause = namedCause(output.stderr);
  const before = cause !== null && !said.slice(from).some((line) => cause.startsWith(line.trimEnd()));
  const shown = before ? [cause, ...said.slice(from + 1)] : said.slice(from);
  return shown.map((line) => clipLine(line.trimEnd(), 200));
}
