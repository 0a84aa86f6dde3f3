import { Failure } from "../failure.js";

/** Statuses of a server, or of a proxy before it, that may serve the same request later. */
const PASSING_STATUSES = [408, 425, 429, 502, 503, 504];
/** What an engine says while it is busy, is short of something, or ends and comes again. */
const PASSING_WORDS =
  /time[ds]? ?out|deadline|connection|temporar|try again|busy|in progress|unavailable|shutting down|cancell?ed|broken pipe|\bEOF\b|transport|ttrpc|too many open files|cannot allocate memory/i;

/** The engine answered a request with an HTTP error. */
export class Refusal extends Failure {
  constructor(
    readonly status: number,
    /** The engine's own words, one line. */
    readonly words: string,
    what: string,
    remedy: string | null = null,
  ) {
    super("infrastructure", `${what}: the engine refused (${status}): ${words}`, remedy, {
      lasting: !PASSING_STATUSES.includes(status) && !PASSING_WORDS.test(words),
    });
  }
}

/** Whether an error is the engine's answer with one of these HTTP statuses. */
export function refusedWith(error: unknown, ...statuses: number[]): error is Refusal {
  return error instanceof Refusal && statuses.includes(error.status);
}
