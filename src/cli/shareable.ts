import { homedir, hostname, userInfo } from "node:os";
import { redact, redactSearch, type Known } from "../result/redaction.js";
import type { Result } from "../result/result.js";
import type { SearchResult } from "../result/search/search-result.js";
import type { CliContext } from "./command.js";

/** Names of variables whose values are worth stealing, whatever they look like. */
const SECRET = /TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE|API_?KEY|AUTH/i;

/** The result without what would tell a stranger about this machine and its user. */
export function shareable(result: Result, context: Pick<CliContext, "env">): Result {
  return redact(result, knownHere(context));
}

/** The same of a search. */
export function shareableSearch(result: SearchResult, context: Pick<CliContext, "env">): SearchResult {
  return redactSearch(result, knownHere(context));
}

/** Who and where we are, as far as redaction must be told. */
export function knownHere({ env }: Pick<CliContext, "env">): Known {
  const given = (...texts: (string | undefined)[]): string[] =>
    texts.filter((text) => text !== undefined && text !== "") as string[];
  return {
    users: given(userName(), env["USER"], env["LOGNAME"], env["SUDO_USER"]),
    homes: given(homedir(), env["HOME"]),
    hosts: given(hostname(), env["HOSTNAME"]),
    variables: Object.fromEntries(
      Object.entries(env).filter(
        (entry): entry is [string, string] => SECRET.test(entry[0]) && entry[1] !== undefined,
      ),
    ),
  };
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A uid without an entry in /etc/passwd has no name to hide.
    return undefined;
  }
}

/** Says on stderr what was replaced, so that nobody is surprised by it. */
export function tellRedacted(
  { redacted }: Pick<Result, "redacted">,
  { stderr }: Pick<CliContext, "stderr">,
): void {
  if (redacted.length === 0) return;
  const what = redacted.map(({ what, count }) => `${what} (${count})`).join(", ");
  stderr.write(`redacted: ${what}; --no-redact keeps everything\n`);
}
