import { badRequest } from "../../failure.js";

/** A place where a result can be attached. */
export type Destination =
  | { readonly kind: "github"; readonly owner: string; readonly repo: string; readonly number: number }
  | { readonly kind: "bugzilla"; readonly address: string; readonly id: number };

/** What is sent: `text` fits the tracker; `marker` is how our own earlier one is known again. */
export interface Letter {
  readonly title: string;
  readonly text: string;
  /** Name of the repro: one letter for each repro and bug. */
  readonly about: string;
}

/** What came of sending: where it can be read, and whether an earlier one was replaced. */
export interface Sent {
  readonly url: string;
  readonly replaced: boolean;
}

/** A tracker as `attach` sees it. Implementations never write the token anywhere but into a request's header. */
export interface Tracker {
  /** Where it goes, in words, for the question before it is sent. */
  readonly where: string;
  send(letter: Letter, signal: AbortSignal): Promise<Sent>;
}

/** `golang/go#13470`, a GitHub issue's address, or `bugzilla:https://…/show_bug.cgi?id=19341`. */
export function parseDestination(text: string): Destination {
  const github = /^(?:https:\/\/github\.com\/)?([\w.-]+)\/([\w.-]+)(?:#|\/(?:issues|pull)\/)(\d+)$/.exec(
    text,
  );
  if (github !== null) {
    return {
      kind: "github",
      owner: github[1] as string,
      repo: github[2] as string,
      number: Number(github[3]),
    };
  }
  if (text.startsWith("bugzilla:")) {
    const url = parseUrl(text.slice("bugzilla:".length));
    const id = Number(url?.searchParams.get("id"));
    if (url !== null && Number.isSafeInteger(id) && id > 0 && /^https?:$/.test(url.protocol)) {
      return {
        kind: "bugzilla",
        address: `${url.origin}${url.pathname.replace(/\/show_bug\.cgi$/, "")}`.replace(/\/$/, ""),
        id,
      };
    }
  }
  throw badRequest(
    `--to '${text}': not a tracker that vivarium knows`,
    "golang/go#13470, or bugzilla:https://sourceware.org/bugzilla/show_bug.cgi?id=19341",
  );
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** The line in a letter that says whose it is, invisible where the tracker renders Markdown. */
export function marker(about: string): string {
  return `<!-- vivarium: ${about.replace(/-->/g, "")} -->`;
}
