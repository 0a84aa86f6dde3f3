/** What an expected failure means for the caller; the command line maps it to exit codes (docs/reference/exit-codes.md). */
export type FailureKind = "request" | "infrastructure" | "interrupted";

const EXIT_CODES: Record<FailureKind, number> = { request: 2, infrastructure: 3, interrupted: 130 };

/**
 * A failure that a person can act on: `message` says what happened and to what (repro, environment, file and line),
 * `remedy` what to do now. Anything else that is thrown is a bug of vivarium. A crash of the repro is never a failure:
 * it is a value (`src/crash`).
 */
export class Failure extends Error {
  override readonly name = "Failure";
  /** Whether the same request would fail again for the same reason, however often it is made: time mends a lost connection, and no refusal. */
  readonly lasting: boolean;

  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly remedy: string | null = null,
    options: ErrorOptions & { readonly lasting?: boolean } = {},
  ) {
    super(message, options);
    this.lasting = options.lasting ?? kind === "request";
  }

  /** 2 the request is wrong, 3 infrastructure: no verdict, 130 interrupted. */
  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

/** The request is wrong: exit 2. */
export function badRequest(message: string, remedy: string | null = null, cause?: unknown): Failure {
  return new Failure("request", message, remedy, { cause });
}

/** We could not find out: exit 3. */
export function infrastructure(message: string, remedy: string | null = null, cause?: unknown): Failure {
  return new Failure("infrastructure", message, remedy, { cause });
}

/** We could not find out, and would not the next time either: exit 3. */
export function lastingInfrastructure(message: string, remedy: string, cause?: unknown): Failure {
  return new Failure("infrastructure", message, remedy, { cause, lasting: true });
}

/** The user (or a signal) ended it: exit 130. */
export function interrupted(message = "interrupted"): Failure {
  return new Failure("interrupted", message);
}
