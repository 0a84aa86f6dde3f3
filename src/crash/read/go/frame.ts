import type { GoFrame } from "../../evidence.js";

const MAX_NAME = 512;
const MAX_ARGS = 256;

/**
 * `os/user._Cfunc_mygetpwuid_r(0x0, …)` -> name and arguments; null where the line is no call. Names hold parentheses
 * themselves (`main.(*T).f`), arguments do not, so the last `(` parts them.
 */
export function functionLine(line: string): Pick<GoFrame, "function" | "args"> | null {
  if (!line.endsWith(")")) return null;
  const open = line.lastIndexOf("(");
  if (open <= 0 || open > MAX_NAME) return null;
  const name = line.slice(0, open);
  if (!/^[^\s(=][^\s=]*$/.test(name) || !/[\w\]>)]$/.test(name)) return null;
  const args = line.slice(open + 1, -1);
  return { function: name, args: args.length > MAX_ARGS ? `${args.slice(0, MAX_ARGS)}…` : args };
}

const AFTER_LINE =
  /^(\d{1,9})(?: \+?(0x[0-9a-f]{1,16}))?(?: (?:fp|sp|pc)=0x[0-9a-f]{1,16}){0,3}(?: \(inlined\))?$/;

/** `/usr/local/go/src/os/user/lookup.go:9 +0x24 fp=0x… sp=0x…` -> file, line, offset; null for any other line. */
export function fileLine(line: string): Pick<GoFrame, "file" | "line" | "offset"> | null {
  const pc = line.search(/(?: \+?0x| fp=| sp=| pc=| \(inlined\)|$)/);
  const colon = line.lastIndexOf(":", pc);
  if (colon <= 0 || colon > 2 * MAX_NAME) return null;
  const rest = AFTER_LINE.exec(line.slice(colon + 1));
  if (rest === null) return null;
  const file = line.slice(0, colon);
  if (!/^(?:[A-Za-z]:)?[/\\?<._\w]/.test(file)) return null;
  return { file: file === "??" ? null : file, line: Number(rest[1]), offset: rest[2] ?? null };
}

/** A function without parentheses, as Go prints C frames where a program has a symboliser. */
export function bareName(line: string): string | null {
  return line.length <= MAX_NAME && /^[A-Za-z_][\w.:~<>@$]*$/.test(line) ? line : null;
}
