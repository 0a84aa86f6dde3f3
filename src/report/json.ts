import { Result } from "../result/result.js";

/**
 * `result.json`: keys in the schema's order, two spaces, one line end at the end. The same result is the same bytes.
 *
 * @throws ZodError where it is no result: what does not meet the published schema is never written.
 */
export function json(result: Result): string {
  return `${JSON.stringify(Result.parse(result), null, 2)}\n`;
}
