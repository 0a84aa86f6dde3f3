import { Failure } from "../failure.js";

/** The engine answered a request with an HTTP error. */
export class Refusal extends Failure {
  constructor(
    readonly status: number,
    /** The engine's own words, one line. */
    readonly words: string,
    what: string,
    remedy: string | null = null,
  ) {
    super("infrastructure", `${what}: the engine refused (${status}): ${words}`, remedy);
  }
}

/** Whether an error is the engine's answer with one of these HTTP statuses. */
export function refusedWith(error: unknown, ...statuses: number[]): error is Refusal {
  return error instanceof Refusal && statuses.includes(error.status);
}
