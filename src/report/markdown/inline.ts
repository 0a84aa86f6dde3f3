import { entities } from "../entities.js";
import { clipLine } from "../../text/clip.js";
import type { Phrase } from "../../text/phrase.js";

/** How long a piece of text may be, in characters; and whether it stands in a table, where `|` ends a cell. */
export interface Room {
  readonly code: number;
  readonly text: number;
  readonly table?: boolean;
}

const ZERO_WIDTH = "\u200b";

/**
 * Trackers turn `@name`, `#1`, `GH-1`, GitLab's `!1 %1 ~1 &1 $1` and bare addresses in prose into mentions, references and
 * links, even where Markdown's escapes are used, as they look at the rendered text. A zero-width space breaks them up.
 */
function unlink(text: string): string {
  return text
    .replace(/@(?=[\w-])/g, `@${ZERO_WIDTH}`)
    .replace(/([#!%~&$^])(?=[\w"])/g, `$1${ZERO_WIDTH}`)
    .replace(/(GH)-(?=\d)/gi, `$1${ZERO_WIDTH}-`)
    .replace(/:\/\//g, `:${ZERO_WIDTH}//`)
    .replace(/(www)\./gi, `$1${ZERO_WIDTH}.`);
}

/**
 * Text as Markdown that renders as just this text: nothing in it is markup, a reference or HTML. What cannot be markup
 * where it stands is left alone, because Bugzilla's readers see every backslash.
 */
export function prose(text: string, room: Room, first = true): string {
  const escaped = unlink(clipLine(text, room.text))
    .replace(/[\\`[\]&~$]/g, "\\$&")
    .replace(/\*(?=\S)|(?<=\S)\*/g, "\\*")
    .replace(/<(?=[\p{L}/!?])/gu, "\\<")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_");
  const inCell = room.table === true ? escaped.replace(/\|/g, "\\|") : escaped;
  if (!first) return inCell;
  return inCell.replace(/^(\s*)([#+=>*-])/, "$1\\$2").replace(/^(\s*\d+)([.)])(?=\s|$)/, "$1\\$2");
}

/** A code span whose delimiter is longer than any run of backticks in it. */
export function codeSpan(text: string, room: Room): string {
  let body = clipLine(text, room.code);
  if (body.trim() === "") return "(empty)";
  // GFM ends a cell at a pipe even in code; renderers disagree on a backslash before an escaped one.
  if (room.table === true) body = body.replace(/\\(?=\|)/g, "⧵").replace(/\|/g, "\\|");
  const longest = Math.max(0, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const delimiter = "`".repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(body) ? " " : "";
  return `${delimiter}${pad}${body}${pad}${delimiter}`;
}

/** Of a phrase's pieces, those that start within four times the room of one: a phrase has an end, however many it has. */
function bounded(phrase: Phrase, room: Room): Phrase {
  let used = 0;
  const kept = phrase.filter((piece) => {
    const within = used < 4 * room.text;
    used +=
      typeof piece === "string" ? Math.min(piece.length, room.text) : Math.min(piece.code.length, room.code);
    return within;
  });
  return kept.length < phrase.length ? [...kept, " …"] : kept;
}

/** A phrase as Markdown on one line. */
export function inline(phrase: Phrase, room: Room): string {
  return bounded(phrase, room)
    .map((piece, i) => (typeof piece === "string" ? prose(piece, room, i === 0) : codeSpan(piece.code, room)))
    .reduce((line, piece) => {
      // Two runs of backticks that touch would be read as one.
      const touching = line.endsWith("`") && piece.startsWith("`");
      return `${line}${touching ? ZERO_WIDTH : ""}${piece}`;
    }, "");
}

/** A phrase as HTML for `<summary>`, where Markdown is not read. */
export function inlineHtml(phrase: Phrase, room: Room): string {
  return bounded(phrase, room)
    .map((piece) =>
      typeof piece === "string"
        ? entities(unlink(clipLine(piece, room.text)))
        : `<code>${entities(clipLine(piece.code, room.code))}</code>`,
    )
    .join("");
}
