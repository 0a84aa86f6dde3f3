import { PATTERNS, type Pattern } from "./redaction/secrets.js";
import { knownPatterns, type Known } from "./redaction/names.js";
import { Result } from "./result.js";
import { SearchResult } from "./search/search-result.js";

export type { Known } from "./redaction/names.js";

/** Fields that hold a version, in which four numbers are no address. */
const VERSIONS = new Set(["version", "package", "packages", "compiler", "kernel", "engine", "vivarium"]);
/** Fields whose values the schema fixes: they hold no text of anybody's. */
const FIXED = new Set(["schema", "startedAt", "finishedAt", "family", "link", "outcome", "access", "kind"]);
/** Fields whose keys are texts. */
const TEXT_KEYS = new Set(["packages", "registers", "files", "env"]);
/** A digest or a code address is nobody's name, however a user is called. */
const DIGEST = /^(?:sha256:)?[0-9a-f]{12,64}$|^0x[0-9a-f]+$/;

class Redaction {
  readonly #patterns: readonly Pattern[];
  readonly #counts = new Map<string, number>();

  constructor(known: Known) {
    // Keys and passwords first: they may hold a name. Then names and homes, so that "/home/me" is one home.
    const [tokens, rest] = [PATTERNS.slice(0, -1), PATTERNS.slice(-1)];
    this.#patterns = [...tokens, ...knownPatterns(known), ...rest];
  }

  text(text: string, version: boolean): string {
    let redacted = text;
    for (const { what, pattern, replacement, notInVersions, is } of this.#patterns) {
      if (version && notInVersions === true) continue;
      redacted = redacted.replace(pattern, (match: string, kept: unknown) => {
        if (is && !is(match)) return match;
        this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
        return replacement.replace("$1", () => (typeof kept === "string" ? kept : ""));
      });
    }
    return redacted;
  }

  value(value: unknown, key: string, version: boolean): unknown {
    if (typeof value === "string")
      return FIXED.has(key) || DIGEST.test(value) ? value : this.text(value, version);
    if (Array.isArray(value)) return value.map((item) => this.value(item, key, version));
    if (value === null || typeof value !== "object") return value;
    // Names of packages and registers are read out of an image, paths of files may be anybody's: such keys are redacted, too.
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        TEXT_KEYS.has(key) ? this.text(name, true) : name,
        this.value(item, name, version || VERSIONS.has(name)),
      ]),
    );
  }

  get replaced(): Result["redacted"] {
    return [...this.#counts]
      .map(([what, count]) => ({ what, count }))
      .sort((a, b) => (a.what < b.what ? -1 : 1));
  }
}

/**
 * The result without what tells on a person or a machine: names of users and hosts, home folders, network and e-mail
 * addresses, tokens and keys, and variables of this machine. Every text is looked at, the program's output too. Code
 * addresses (`0x7f…`), loopback and the repro's own variables stay. `redacted` of what is returned lists what was
 * replaced and how often; redacting again adds to it only what is new.
 */
export function redact(result: Result, known: Known = {}): Result {
  return Result.parse(redacted(result, known));
}

/** The same for the result of a search. */
export function redactSearch(result: SearchResult, known: Known = {}): SearchResult {
  return SearchResult.parse(redacted(result, known));
}

function redacted(result: Pick<Result, "redacted">, known: Known): object {
  const redaction = new Redaction(known);
  const { redacted: before, ...rest } = result;
  const clean = redaction.value(rest, "", false) as object;
  const counts = new Map(before.map(({ what, count }) => [what, count]));
  for (const { what, count } of redaction.replaced) counts.set(what, (counts.get(what) ?? 0) + count);
  return { ...clean, redacted: [...counts].map(([what, count]) => ({ what, count })) };
}

/** The same for any other document that is shared beside a result: a plan, a request, a text. */
export function redactValue(
  value: unknown,
  known: Known = {},
): { readonly value: unknown; readonly redacted: Result["redacted"] } {
  const redaction = new Redaction(known);
  return { value: redaction.value(value, "", false), redacted: redaction.replaced };
}
