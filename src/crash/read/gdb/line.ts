import type { Frame, Instruction, Library, Mapping } from "../../evidence.js";
import { registerPart } from "../../x86/register.js";
import { argumentsAt } from "../cxx-name.js";
import { trimmedHex } from "../hex.js";
import { partialFrame } from "../partial-capture.js";

const ADDRESS = "0x[0-9a-f]{1,16}";
const MAX_NAME = 512;

/**
 * A frame of `bt`, or the line where gdb says that it stopped: `#1  0x… in worker (arg=0x0) at main.c:12`. `number` is null
 * for the latter. Continuation lines must have been joined before. Null for any other line.
 */
export function frameLine(line: string): { number: number | null; frame: Frame } | null {
  const head = /^(?:#(\d{1,6}) {1,4})?(?:(0x[0-9a-f]{1,16}) in )?/.exec(line);
  const [lead = "", number, address] = head ?? [];
  const { rest, file, fileLine, module } = place(line.slice(lead.length));
  if (lead === "" && file === null) return null;
  const call = callOf(rest);
  if (call === null) return null;
  return {
    number: number === undefined ? null : Number(number),
    frame: partialFrame({
      function: call.name === "??" ? null : call.name.slice(0, MAX_NAME),
      module,
      file,
      line: fileLine,
      address: address === undefined ? "0x0" : trimmedHex(address),
      args: call.args === "" ? null : call.args.slice(0, MAX_NAME),
    }),
  };
}

/** `worker (arg=0x0)` -> its name and arguments, with the C++ name whole. */
function callOf(text: string): { name: string; args: string } | null {
  if (/^<(?:signal handler called|function called from gdb)>$/.test(text)) return { name: text, args: "" };
  const open = argumentsAt(text);
  if (open <= 0 || !text.endsWith(")")) return null;
  const name = text.slice(0, open).replace(/ \[clone [^\]]{1,60}\]/g, "");
  // systemd's frames have an address in the name's place.
  return /^0x[0-9a-f]+\b/.test(name) ? null : { name, args: text.slice(open + 2, -1) };
}

/** Whether a frame's line is whole: it has its arguments' end, and maybe its place. */
export function isWholeFrame(text: string): boolean {
  return (
    /\) (?:at \S.{0,1000}:\d{1,9}|at \/\S{1,1000}\.so[.\d]*|from \S.{0,1000})$/.test(text) ||
    (frameLine(text) !== null && text.endsWith(")"))
  );
}

/** Parts ` at FILE:LINE` or ` from LIBRARY` from the end of a frame: a path of any system, `target:/lib/libc.so.6` of another's. */
function place(text: string): {
  rest: string;
  file: string | null;
  fileLine: number | null;
  module: string | null;
} {
  const at = text.lastIndexOf(") at ");
  const source = at === -1 ? null : /^(\S.{0,1000}):(\d{1,9})$/.exec(text.slice(at + 5));
  if (source !== null) {
    return {
      rest: text.slice(0, at + 1),
      file: source[1] ?? null,
      fileLine: Number(source[2]),
      module: null,
    };
  }
  // gdb without debug information may write `at` for a library, too (Fedora's).
  const library = at !== -1 && /^\/\S{1,1000}$/.test(text.slice(at + 5));
  const from = library ? at : text.lastIndexOf(") from ");
  const path = from === -1 ? "" : text.slice(from + (library ? 5 : 7));
  if (/^\S/.test(path)) {
    const module = path.replace(/^.*[/\\:]/, "").slice(0, MAX_NAME);
    return { rest: text.slice(0, from + 1), file: null, fileLine: null, module };
  }
  return { rest: text, file: null, fileLine: null, module: null };
}

/** `=> 0x00007ffff5bbca5c <+332>:	testb  $0x20,0x1(%rcx,%rdx,2)` of disas, or a line of x/i. */
export function instructionLine(line: string, inFunction: string | null): Instruction | null {
  const head = line.length > 1024 ? null : /^(=>)?\s{0,8}(0x[0-9a-f]{1,16})(?= <|:)/.exec(line);
  if (head === null) return null;
  const [lead, arrow, address = "0x0"] = head;
  const rest = line.slice(lead.length);
  const colon = rest.startsWith(" <") ? rest.indexOf(">:") + 1 : 0;
  if (rest[colon] !== ":" || !/^:\s+\S/.test(rest.slice(colon))) return null;
  const symbol = colon === 0 ? "" : rest.slice(2, colon - 1);
  const plus = /\+(\d{1,9})$/.exec(symbol);
  const name = symbol.slice(0, symbol.length - (plus?.[0].length ?? 0));
  return {
    address: trimmedHex(address),
    function: name === "" ? inFunction : name,
    // x/i writes <main> for an offset of 0.
    offset: plus === null ? (name === "" ? null : 0) : Number(plus[1]),
    // With disas /r the bytes come first.
    text: rest
      .slice(colon + 1)
      .trim()
      .replace(/^(?:[0-9a-f]{2} ){1,15}[0-9a-f]{0,2}\s+/, ""),
    current: arrow !== undefined,
  };
}

/** `rcx            0x0                 0` of `info registers` -> its name and value. */
export function registerLine(line: string): { name: string; value: string } | null {
  const match = new RegExp(String.raw`^([a-z][a-z0-9_]{1,8})\s{1,20}(${ADDRESS})(?:\s.*)?$`).exec(line);
  if (match === null) return null;
  const [, name = "", value = "0x0"] = match;
  const known = registerPart(name)?.bits === 64 || /^(?:eflags|[cdefgs]s|[fg]s_base|k\d)$/.test(name);
  return known ? { name, value: trimmedHex(value) } : null;
}

/** A line of `info proc mappings`. */
export function mappingLine(line: string): Mapping | null {
  const match = new RegExp(
    String.raw`^(${ADDRESS})\s+(${ADDRESS})\s+${ADDRESS}\s+${ADDRESS}\s+([r-][w-][x-][ps-])(?:\s+(\S.*))?$`,
  ).exec(line);
  if (match === null) return null;
  const [, start = "0x0", end = "0x0", permissions = "", path] = match;
  return { start: trimmedHex(start), end: trimmedHex(end), permissions, path: path ?? null };
}

/** A line of `info sharedlibrary`: the library and where its code lies. */
export function libraryLine(line: string): { library: Library; from: bigint; to: bigint } | null {
  const match = new RegExp(
    String.raw`^(${ADDRESS})\s+(${ADDRESS})\s+(?:Yes|No)\s+(?:\(\*\)\s*)?(\/\S.*)$`,
  ).exec(line);
  if (match === null) return null;
  const library = { path: match[3] ?? "", buildId: null, package: null, loadedBy: null };
  return { library, from: BigInt(match[1] ?? "0x0"), to: BigInt(match[2] ?? "0x0") };
}

/** What libc was about to say, of the arguments of the function that says it: `malloc_printerr (str=0x… "free(): …")`. */
export function abortWordsOf({ function: name, args }: Frame): string | null {
  if (name === null || args === null) return null;
  const strings = [...args.matchAll(/"((?:[^"\\]|\\.){1,300})"/g)].map((match) => match[1] ?? "");
  // __assert_fail_base has its format first.
  const [first, ...rest] = strings.filter((text) => !text.startsWith("%s%s"));
  if (first === undefined) return null;
  if (/assert_fail/.test(name))
    return `${rest.length > 1 ? `${rest[1]}: ` : ""}Assertion \`${first}' failed.`;
  return /^(?:malloc_printerr|__libc_fatal|__fortify_fail\w*)$/.test(name) ? first : null;
}
