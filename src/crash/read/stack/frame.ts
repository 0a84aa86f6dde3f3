import { trimmedHex } from "../hex.js";
import { demangled } from "./demangle.js";
import { splitCall } from "../cxx-name.js";
import type { Frame } from "../../evidence.js";
import { partialFrame } from "../partial-capture.js";

/** A frame of a stack that a program or a tool printed, as far as its line tells. */
export type FrameForm = (line: string) => Frame | null;

const MAX_NAME = 512;

/** What a line gives, by name. */
export interface FrameWords {
  readonly name?: string | undefined;
  readonly module?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: string | undefined;
  readonly offset?: string | undefined;
  readonly address?: string | undefined;
}

/** A frame of the words of its line; names without offsets and in the form that their author wrote. */
export function frameOf({ name, module, file, line, offset, address }: FrameWords): Frame {
  return partialFrame({
    function: nameOf(name),
    module: module === undefined ? null : baseName(module),
    file: file ?? null,
    line: line === undefined || !/^\d{1,9}$/.test(line) ? null : Number(line),
    offset: hexOf(offset),
    address: hexOf(address) ?? "0x0",
  });
}

function hexOf(text: string | undefined): string | null {
  const digits = text === undefined ? null : /^(?:0x)?([0-9a-fA-F]{1,16})$/.exec(text)?.[1];
  return digits === null || digits === undefined ? null : trimmedHex(`0x${digits}`);
}

/** Names that say that there is none. */
const NAMELESS =
  /^(?:\?+|\(unknown\)|<unknown.*>|<unavailable>|<redacted>|unknown|Unknown|n\/a|<null>|\(null\)|0x[0-9a-fA-F]+|\(\)|<no symbol>|_init)$/;

function nameOf(name: string | undefined): string | null {
  const bare = (name ?? "").trim().replace(/ ?\+ ?(?:0x[0-9a-f]{1,16}|\d{1,10})$/i, "");
  if (bare === "" || NAMELESS.test(bare)) return null;
  return demangled(bare).slice(0, MAX_NAME);
}

function baseName(path: string): string | null {
  const name = path
    .trim()
    .replace(/^.*[/\\]/, "")
    .slice(0, MAX_NAME);
  return name === "" || NAMELESS.test(name) ? null : name;
}

/** A form of one expression with named groups: `name`, `module`, `file`, `line`, `offset`, `address`. */
export function form(pattern: RegExp): FrameForm {
  return (line) => {
    const groups = pattern.exec(line)?.groups;
    return groups === undefined ? null : frameOf(groups);
  };
}

const INDEX = /^(?:\[ {0,3}\d{1,4}\]|#?\d{1,4}[:.#]?|[>*])\s+/;
const BRACKETED =
  / ?\[(?<address>0x[0-9a-f]{1,16})\](?:\s+(?:at )?(?<file>\/?[\w.+-][^\s:]{0,300}):(?<line>\d{1,9}))?$/;

/**
 * backtrace_symbols(3), with what programs put before it: `./list(list_next+0x10) [0x55d1c0de11a8]`, `[ 1] ./list[0x55d1]`, Ruby's with
 * ` list.c:7` behind it.
 */
export function backtraceSymbol(line: string): Frame | null {
  if (!line.includes("[0x")) return null;
  const end = BRACKETED.exec(line);
  if (end === null) return null;
  const rest = line.slice(0, end.index).replace(INDEX, "").trimEnd();
  const called = rest.endsWith(")") ? splitCall(rest) : null;
  if (rest === "" || (called === null && /[()=:]/.test(rest.replace(/^[A-Za-z]:\\/, "")))) return null;
  const [, name, offset] = /^(.*?)(?:\+(0x[0-9a-f]{1,16}))?$/.exec(called?.inside ?? "") ?? [];
  const module = called?.before ?? rest;
  if (module === "" || /["'`]|^\s*$/.test(module)) return null;
  // Without a name the offset is in the file.
  return frameOf({ module, name, offset: name === "" ? offset : undefined, ...end.groups });
}
