/**
 * What a crashing program, a build or an engine printed is hostile until shown otherwise: it may hold sequences that drive a terminal,
 * bytes that are no UTF-8, characters that turn text around. What is unsafe is written down here alone. `visible` shows it to people as
 * pictures, `plain` is for our parsers, `printable` and `printableLine` drop it from the messages of tools.
 */

/** ESC [ … (CSI), ESC ] … (OSC, ended by BEL or ST), ESC P|X|^|_ … (strings ended by ST, Buildkite's by BEL), and two-byte escapes. */
const ESCAPES =
  /\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b\n]{0,1024}(?:\x07|\x1b\\)|[PX^_][^\x07\x1b\n]{0,1024}(?:\x07|\x1b\\)|[ -/]{0,4}[0-~])/g;

/** All C0 but \t and \n, DEL, C1, and what is invisible or turns text around: bidi, zero width, separators, tags. */
const UNSEEN =
  /(?:[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff])+/g;

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A run of characters that are not to be seen as they are. Runs, for a flood of NULs is one match then, not millions. */
function shown(run: string): string {
  const [first = ""] = run;
  if (run === first.repeat(run.length / first.length))
    return picture(first).repeat(run.length / first.length);
  return Array.from(run, picture).join("");
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `\\u{${code.toString(16)}}`;
}

/** V8 ends the process where one replace() has too many matches: 64 MiB of NULs. */
const PIECE = 1 << 20;

/** Applies a replacement piece by piece, cut after a newline where there is one. */
function inPieces(text: string, replace: (piece: string) => string): string {
  if (text.length <= PIECE) return replace(text);
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = Math.min(text.length, at + PIECE);
    if (end < text.length) {
      const newline = text.lastIndexOf("\n", end);
      if (newline > at) end = newline + 1;
      else if (/[\ud800-\udbff\r]/.test(text[end - 1] ?? "")) end--;
    }
    pieces.push(replace(text.slice(at, end)));
    at = end;
  }
  return pieces.join("");
}

function decoded(input: string | Uint8Array): string {
  if (typeof input === "string") return input;
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString("utf8");
}

function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, "\ufffd").replace(/\r\n/g, "\n");
}

/**
 * Text that is safe to show in a terminal, a fence or a page: invalid UTF-8 becomes U+FFFD, each control character its
 * picture (ESC is ␛), each invisible or bidirectional one its number (`\u{202e}`). Only tab and newline stay.
 */
export function visible(input: string | Uint8Array): string {
  return inPieces(decoded(input), (piece) => wellFormed(piece).replace(UNSEEN, shown));
}

/** Text for parsing: escape sequences removed whole (CI logs colour their lines), what is left made visible. */
export function plain(input: string | Uint8Array): string {
  return inPieces(decoded(input), (piece) => wellFormed(piece).replace(ESCAPES, "").replace(UNSEEN, shown));
}

/** One line of at most `max` characters, for a title or a table cell; a longer one ends with an ellipsis. */
export function oneLine(input: string, max: number): string {
  const line = visible(input.length > 4 * max ? input.slice(0, 4 * max) : input)
    .replace(/\s+/g, " ")
    .trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(LONE_SURROGATE, "")}…`;
}

/** A tool's message for one line of a terminal: nothing unsafe, at most `max` characters. */
export function printable(text: string, max: number): string {
  // Cut before and after: the input may be huge, and what is dropped does not count.
  const line = dropped(text.slice(0, max * 4).replace(/\r?\n/g, " ")).trim();
  return line.length > max ? `${line.slice(0, max)}…` : line;
}

/** One line of a build's output: as `printable`, with its indentation kept. */
export function printableLine(text: string): string {
  return dropped(text.slice(0, 16_384)).replaceAll("\n", "").trimEnd().slice(0, 4096);
}

function dropped(text: string): string {
  return text.replace(ESCAPES, "").replace(UNSEEN, "");
}
