import { homedir } from "node:os";
import { join } from "node:path";

/** A folder for what can be made again, in the user's own cache ($XDG_CACHE_HOME, else ~/.cache). It need not be there yet. */
export function userCache(...path: readonly string[]): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "vivarium", ...path);
}
