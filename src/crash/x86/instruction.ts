/**
 * x86-64 instructions in AT&T syntax, as gdb and objdump print them. The text, not the bytes, because a gdb session that
 * somebody pasted into a bug report holds nothing else; a test holds this reading against a decoder's (iced-x86) over
 * the whole of a libc.
 */
export type Operand =
  | { readonly kind: "register"; readonly name: string; readonly indirect: boolean }
  | { readonly kind: "immediate"; readonly value: bigint }
  | MemoryOperand
  /** Where a direct jump or call leads. */
  | { readonly kind: "target"; readonly address: bigint; readonly symbol: string | null }
  | { readonly kind: "other"; readonly text: string };

/** `%fs:0x1(%rcx,%rdx,2)`; `indirect`: a jump or call through it. */
export interface MemoryOperand {
  readonly kind: "memory";
  readonly text: string;
  readonly segment: string | null;
  readonly displacement: bigint;
  readonly base: string | null;
  readonly index: string | null;
  readonly scale: number;
  readonly indirect: boolean;
}

export interface Parsed {
  /** `lock`, `rep`, `bnd` … */
  readonly prefixes: readonly string[];
  readonly mnemonic: string;
  /** In AT&T order: the destination is the last. */
  readonly operands: readonly Operand[];
  /** What gdb adds after `#`: the address of a rip-relative operand and its symbol. */
  readonly comment: { readonly address: bigint; readonly symbol: string | null } | null;
}

const MAX_TEXT = 400;
const PREFIXES = new Set([
  ..."lock rep repz repe repnz repne bnd notrack data16 addr32 data32 cs ds es fs gs ss".split(" "),
  "xacquire",
  "xrelease",
]);

/** Null where the text is no instruction (`(bad)`, a cut line). */
export function parseInstruction(text: string): Parsed | null {
  if (text.length > MAX_TEXT) return null;
  const [body = "", after] = text.split("#", 2);
  const words = body.trim().split(/\s+/);
  const prefixes: string[] = [];
  while (words.length > 1 && isPrefix(words[0] ?? "")) prefixes.push(words.shift() ?? "");
  const mnemonic = words.shift();
  if (mnemonic === undefined || !/^[a-z][a-z0-9.]*(?:,p[nt])?$/.test(mnemonic)) return null;
  return {
    prefixes,
    mnemonic: mnemonic.replace(/,p[nt]$/, ""),
    operands: split(words.join(" ")).map(operand),
    comment: comment(after),
  };
}

function isPrefix(word: string): boolean {
  return PREFIXES.has(word.split(",")[0] ?? "") || /^rex(?:\.[WRXB]{1,4})?$/.test(word);
}

function comment(text: string | undefined): Parsed["comment"] {
  const match = text === undefined ? null : /^\s*(?:0x)?([0-9a-f]{1,16})\b(?:\s*<([^>]{1,300})>)?/.exec(text);
  return match === null ? null : { address: BigInt(`0x${match[1]}`), symbol: match[2] ?? null };
}

/** Parts operands at commas outside of `(…)`, `{…}` and `<…>`. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "(" || c === "{" || c === "<") depth++;
    else if (c === ")" || c === "}" || c === ">") depth--;
    else if (c === "," && depth <= 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

const REGISTER = /^(\*?)%([a-z][a-z0-9]*(?:\(\d\))?)(?:\{[^}]{1,20}\}){0,2}$/;
const MEMORY =
  /^(\*?)(?:%([c-gs]s):)?(-?0x[0-9a-f]{1,16}|-?\d{1,19})?(?:\((?:%(\w{2,5}))?(?:,(?:%(\w{2,5}))?(?:,([1248]))?)?\))?(?:\{[^}]{1,20}\}){0,3}$/;
const TARGET = /^(?:0x)?([0-9a-f]{1,16})(?:\s*<([^>]{1,300})>)?$/;

function operand(text: string): Operand {
  return register(text) ?? immediate(text) ?? memory(text) ?? target(text) ?? { kind: "other", text };
}

function register(text: string): Operand | null {
  // The port of in and out, which is no address.
  if (text === "(%dx)") return { kind: "register", name: "dx", indirect: false };
  const match = REGISTER.exec(text);
  return match && { kind: "register", name: match[2] ?? "", indirect: match[1] === "*" };
}

function immediate(text: string): Operand | null {
  if (!text.startsWith("$")) return null;
  const value = number(text.slice(1));
  return value === null ? { kind: "other", text } : { kind: "immediate", value };
}

function memory(text: string): MemoryOperand | null {
  const match = MEMORY.exec(text);
  if (match === null) return null;
  const [, star, segment = null, displacement = "0", base = null, index = null, scale = "1"] = match;
  // A bare number is an address where a jump leads, unless a segment or a star says that it is read.
  if (!text.includes("(") && segment === null && star !== "*") return null;
  return {
    kind: "memory",
    text: shownInstruction(text),
    segment,
    displacement: BigInt.asIntN(64, number(displacement) ?? 0n),
    base,
    // %riz and %eiz are how disassemblers write "no index" where the encoding has one.
    index: index === null || /^[re]iz$/.test(index) ? null : index,
    scale: Number(scale),
    indirect: star === "*",
  };
}

function target(text: string): Operand | null {
  const match = TARGET.exec(text);
  return match && { kind: "target", address: BigInt(`0x${match[1]}`), symbol: match[2] ?? null };
}

function number(text: string): bigint | null {
  if (!/^-?(?:0x[0-9a-f]{1,16}|\d{1,19})$/.test(text)) return null;
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

/**
 * An instruction as a person reads it: in one line, and offsets from a segment with their sign. Disassemblers print `%fs:0xffffffffffffff58` where
 * a thread's variable lies 0xa8 bytes below the end of its block.
 */
export function shownInstruction(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/(%[fg]s:)0x([89a-f][0-9a-f]{15})(?![0-9a-f])/g, (_, segment: string, digits: string) => {
      return `${segment}-0x${(-BigInt.asIntN(64, BigInt(`0x${digits}`))).toString(16)}`;
    });
}

/** An absolute address in memory (`mov 0x10,%eax`) looks like a jump's target; which it is, the mnemonic says. */
export function isBranch(mnemonic: string): boolean {
  return /^(?:j[a-z]{1,4}|call[qwl]?|loop[a-z]{0,2}|xbegin[ql]?)$/.test(mnemonic);
}
