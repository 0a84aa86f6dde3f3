import type { Frame, Instruction } from "../../evidence.js";
import { instructionLine, registerLine } from "../gdb/line.js";
import { trimmedHex } from "../hex.js";
import { partialFrame } from "../partial-capture.js";

const MAX_NAME = 512;

/** `  * frame #0: 0x0000555555555139 a.out`follow(node=0x0) at crash.c:9:16`, of `bt` and of a stop. Null for any other line. */
export function lldbFrameLine(line: string): { number: number; frame: Frame } | null {
  const head = /^ {0,8}(?:\* )?frame #(\d{1,6}): (0x[0-9a-f]{1,16})/.exec(line);
  if (head === null) return null;
  const [lead, number, address = "0x0"] = head;
  const rest = line
    .slice(lead.length)
    .replace(/(?: \[(?:opt|artificial)\])+$/, "")
    .trim();
  // A module's name has no grave accent; arguments may.
  const tick = rest.indexOf("`");
  const module = tick === -1 ? rest : rest.slice(0, tick);
  // So may a source file's place be in them.
  const at = rest.lastIndexOf(" at ");
  const source = at === -1 ? null : /^(\S.{0,1000}?):(\d{1,9})(?::\d{1,9})?$/.exec(rest.slice(at + 4));
  const code = rest
    .slice(tick + 1, source === null ? undefined : at)
    // `outer [inlined] inner`: where it is, and what it is.
    .replace(/^.* \[inlined\] /, "")
    .replace(/ \+ \d{1,9}$/, "")
    .trim();
  const { name, args } = tick === -1 ? { name: "", args: null } : called(code, source !== null);
  return {
    number: Number(number),
    frame: partialFrame({
      function: name === "" || name.startsWith("___lldb_unnamed_symbol") ? null : name.slice(0, MAX_NAME),
      module: module === "" ? null : module.slice(0, MAX_NAME),
      file: source?.[1] ?? null,
      line: source === null ? null : Number(source[2]),
      address: trimmedHex(address),
      args: args?.slice(0, MAX_NAME) ?? null,
    }),
  };
}

/** Without debug information the parentheses of a C++ name hold its types, which belong to it. */
function called(code: string, debug: boolean): { name: string; args: string | null } {
  const open = code.indexOf("(", code.startsWith("(anonymous namespace)") ? 21 : 0);
  if (!debug || open <= 0 || !code.endsWith(")")) return { name: code, args: null };
  const args = code.slice(open + 1, -1);
  return { name: code.slice(0, open), args: args === "" ? null : args };
}

/** `->  0x555555555133 <+10>: movq   0x48(%rax), %rax`, in gdb's form. Null for any other line. */
export function lldbInstructionLine(line: string, inFunction: string | null): Instruction | null {
  const match = /^(->)? {0,4}(0x[0-9a-f]{1,16})(?: <\+(\d{1,9})>)?: +(\S.{0,300})$/.exec(line);
  if (match === null) return null;
  const [, arrow, address, offset, text = ""] = match;
  const instruction = text
    .replace(/ {2,}; .*$/, "")
    .replace(/, +/g, ",")
    .replace(/ +/, " ")
    .trim();
  const place = offset === undefined ? "" : ` <+${offset}>`;
  return instructionLine(
    `${arrow === undefined ? "  " : "=>"} ${address}${place}:\t${instruction}`,
    inFunction,
  );
}

/** `       rax = 0x0000000000000072`, with or without what lies there. Null for any other line. */
export function lldbRegisterLine(line: string): { name: string; value: string } | null {
  const match = /^ {0,8}([a-z][a-z0-9_]{1,8}) = (0x[0-9a-f]{1,16})(?:\s|$)/.exec(line);
  if (match === null) return null;
  return registerLine(`${match[1] === "rflags" ? "eflags" : match[1]} ${match[2]}`);
}
