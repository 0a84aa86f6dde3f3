import { Octokit } from "@octokit/rest";
import pRetry, { AbortError } from "p-retry";
import { infrastructure, type Failure } from "../../failure.js";
import { marker, type Destination, type Letter, type Sent, type Tracker } from "./tracker.js";
import { VERSION } from "../../workspace/package.js";

/** One request may take this long; GitHub itself ends one after ten seconds. */
const DEADLINE_MS = 20_000;
/** Pages of a hundred comments that are looked through for our own. */
const MAX_PAGES = 50;

type GitHubPlace = Extract<Destination, { kind: "github" }>;

export interface GitHubOptions {
  readonly token: string;
  /** Address of the API, for GitHub Enterprise and for tests. */
  readonly api?: string | undefined;
  /** Milliseconds before the first retry of a transient failure. */
  readonly retryAfterMs?: number;
}

/** Comments on a GitHub issue; ours is found again by its marker and by who wrote it, and is updated. */
export function gitHubTracker(place: GitHubPlace, options: GitHubOptions): Tracker {
  const octokit = client(options);
  const ask = asker(place, options);
  const { owner, repo, number } = place;
  const issue = { owner, repo, issue_number: number };
  return {
    where: `a comment on https://github.com/${owner}/${repo}/issues/${number}`,
    async send({ text, about }: Letter, signal): Promise<Sent> {
      const body = `${text.trimEnd()}\n\n${marker(about)}\n`;
      const earlier = await ownComment(octokit, issue, marker(about), (call) => ask(call, signal));
      const { data } = await ask<{ data: { html_url: string } }>(
        (request) =>
          earlier === null
            ? octokit.issues.createComment({ ...issue, body, request })
            : octokit.issues.updateComment({ owner, repo, comment_id: earlier, body, request }),
        signal,
      );
      return { url: data.html_url, replaced: earlier !== null };
    },
  };
}

function client({ token, api }: GitHubOptions): Octokit {
  return new Octokit({
    auth: token,
    userAgent: `vivarium/${VERSION}`,
    // Octokit's own log shows requests; nothing of ours may.
    log: { debug() {}, info() {}, warn() {}, error() {} },
    ...(api === undefined ? {} : { baseUrl: api.replace(/\/$/, "") }),
  });
}

type Call<T> = (request: { readonly signal: AbortSignal }) => Promise<T>;

/** Makes requests, each with a deadline, again where GitHub failed, and says in words why one was refused. */
function asker(place: GitHubPlace, { retryAfterMs = 1000 }: GitHubOptions) {
  return async function ask<T>(call: Call<T>, signal: AbortSignal): Promise<T> {
    const once = () =>
      call({ signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) }).catch(
        (error: Error & { status?: number }) => {
          // A request that GitHub refused, or one that may have been carried out, is not made twice.
          throw (error.status ?? 0) >= 500 ? error : new AbortError(error);
        },
      );
    try {
      return await pRetry(once, { retries: 2, minTimeout: retryAfterMs, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw explained(error as Error & Refusal, place);
    }
  };
}

/** The comment on the issue that has the mark and that the token's owner wrote; null where there is none. */
async function ownComment(
  octokit: Octokit,
  issue: { readonly owner: string; readonly repo: string; readonly issue_number: number },
  mark: string,
  ask: <T>(call: Call<T>) => Promise<T>,
): Promise<number | null> {
  const { data: me } = await ask((request) => octokit.users.getAuthenticated({ request }));
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { data } = await ask((request) =>
      octokit.issues.listComments({ ...issue, per_page: 100, page, request }),
    );
    const mine = data.find(({ user, body }) => user?.login === me.login && (body ?? "").includes(mark));
    if (mine !== undefined) return mine.id;
    if (data.length < 100) return null;
  }
  return null;
}

interface Refusal {
  readonly status?: number;
  readonly response?: { readonly headers?: Readonly<Record<string, string | number | undefined>> };
}

function explained(error: Error & Refusal, { owner, repo, number }: GitHubPlace): Failure {
  const headers = error.response?.headers ?? {};
  const issue = `${owner}/${repo}#${number}`;
  // The message of a refusal is GitHub's; a request's headers, with the token, are never in it.
  const cause = new Error(error.message);
  if (error.status === 401)
    return infrastructure("GitHub does not know this token", "make a new one and set GITHUB_TOKEN", cause);
  if (
    (error.status === 403 || error.status === 429) &&
    (headers["x-ratelimit-remaining"] === "0" || headers["retry-after"] !== undefined)
  ) {
    const reset = Number(headers["x-ratelimit-reset"]);
    const when = Number.isFinite(reset)
      ? `at ${new Date(reset * 1000).toISOString()}`
      : `in ${headers["retry-after"] ?? 60} s`;
    return infrastructure("GitHub's rate limit is used up", `try again ${when}`, cause);
  }
  if (error.status === 403)
    return infrastructure(`this token may not comment on ${issue}`, "it needs write access to issues", cause);
  if (error.status === 404)
    return infrastructure(`GitHub has no ${issue}, or this token may not see it`, null, cause);
  if (error.status === 410 || error.status === 423)
    return infrastructure(`${issue} is locked or gone`, null, cause);
  if (error.status === 422)
    return infrastructure(`GitHub refused the comment: ${error.message}`, null, cause);
  return infrastructure(
    `GitHub could not be reached: ${error.message}`,
    "nothing was changed, as far as GitHub said; try again",
    cause,
  );
}
