import type { Language } from "../../manifest/repro.js";
import { filesIn } from "./archive.js";
import type { CodeBlock } from "./block.js";

/**
 * The pieces of code in a text, in order: fenced blocks (CommonMark 4.5); where no program is among them also what a shell was told to write
 * into a file, indented blocks (4.4), and code that stands in the text like prose. A fence that is never closed ends with the text.
 */
export function codeBlocks(text: string): CodeBlock[] {
  const lines = unquoted(text).split("\n");
  const fenced = fencedBlocks(lines).flatMap(filesIn);
  const isTold = (blocks: readonly CodeBlock[]): boolean => blocks.some((block) => programIn(block) !== null);
  if (isTold(fenced)) return fenced;
  for (const found of [heredocs(lines), indentedBlocks(lines).flatMap(filesIn), looseCode(lines)])
    if (isTold(found)) return [...fenced, ...found];
  return fenced.length > 0 ? fenced : indentedBlocks(lines);
}

/** What programs that save and quote texts make of code: references of HTML, quotation marks of print, spaces that do not break, `> `. */
function unquoted(text: string): string {
  const bare = /#\s*include\s*&lt;|&lt;\w+\.h&gt;/.test(text)
    ? text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&")
    : text;
  const plain = bare
    .replace(/\u00a0/g, " ")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2018\u2019]/g, "'");
  // A mail that quotes a program whole.
  return /^> ?(?:#\s*include\b|package \w+$)/m.test(plain) ? plain.replace(/^> ?/gm, "") : plain;
}

/** Files that a shell was told to write: `cat > x.c <<'EOF'` up to `EOF`. Linear, whatever the text opens and does not close. */
function heredocs(lines: readonly string[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lastAt = new Map(lines.map((line, i) => [line.trim(), i]));
  for (let i = 0; i < lines.length; i++) {
    const opening = lines[i] as string;
    const word = [...opening.matchAll(/<<-?\s*['"\\]?(\w+)/g)].at(-1)?.[1];
    if (word === undefined || (lastAt.get(word) ?? -1) <= i) continue;
    const indent = opening.slice(0, opening.length - opening.trimStart().length);
    const [file = ""] = opening.split(/\s+/).flatMap((each) => /^\S+\.\w+/.exec(each)?.[0] ?? []);
    const content: string[] = [];
    for (i++; (lines[i] as string).trim() !== word; i++) {
      const line = lines[i] as string;
      content.push(line.startsWith(indent) ? line.slice(indent.length) : line);
    }
    blocks.push({ info: "", before: file, text: `${content.join("\n")}\n` });
  }
  return blocks;
}

/** How a program begins that stands in a text without a mark: a mail, a bug of Bugzilla's. A few spaces before it are no mark, and before all its lines. */
const BEGINS = /^ {0,3}(?:#\s*include\s*[<"]|package \w+\s*$)/;
/** What may stand above that line: a comment, what it defines for the headers. */
const ABOVE = /^(?:\/\*|\/\/ |#\s*(?:define|undef|pragma|if|ifdef|ifndef|endif)\b)/;

/** Code that nothing sets apart: from its first line to the last that closes a brace in the first column. */
function looseCode(lines: readonly string[]): CodeBlock[] {
  const first = lines.findIndex((line) => BEGINS.test(line));
  const [indent = ""] = /^ */.exec(lines[first] ?? "") ?? [];
  const own = lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
  const last = own.findLastIndex((line) => /^\}\s*;?$/.test(line.trimEnd()));
  if (first === -1 || last <= first) return [];
  let from = first;
  while (from > 0 && ABOVE.test(own[from - 1] as string)) from -= 1;
  return [{ info: "", text: `${own.slice(from, last + 1).join("\n")}\n` }];
}

function fencedBlocks(lines: readonly string[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    // In a quoted text or a list the fence is indented, and its content with it.
    const open = /^([ \t>]*)(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/.exec(lines[i] as string);
    if (open === null) continue;
    const [, indent = "", fence = "", info = ""] = open;
    const close = new RegExp(`^[ \\t>]*${fence[0]}{${fence.length},}\\s*$`);
    const content: string[] = [];
    const before = lines.slice(Math.max(0, i - 2), i).findLast((each) => each.trim() !== "");
    for (i++; i < lines.length && !close.test(lines[i] as string); i++) {
      const line = lines[i] as string;
      content.push(line.startsWith(indent) ? line.slice(indent.length) : line);
    }
    blocks.push({
      info: info.toLowerCase(),
      ...(before === undefined ? {} : { before }),
      text: `${content.join("\n")}\n`,
    });
  }
  return blocks;
}

function indentedBlocks(lines: readonly string[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let content: string[] = [];
  const end = (): void => {
    const code = content.join("\n").trimEnd();
    if (code !== "") blocks.push({ info: "", text: `${code}\n` });
    content = [];
  };
  for (const line of [...lines, "end"]) {
    const indented = /^(?: {4}|\t)(.*)$/.exec(line);
    if (indented !== null) content.push(indented[1] as string);
    else if (line.trim() === "" && content.length > 0) content.push("");
    else end();
  }
  return blocks;
}

/** A path below the folder of the program; no part begins with a dot. */
const PATH = String.raw`(?:\w[\w.+-]{0,60}\/){0,8}\w[\w.+-]{0,60}\.(?:h|hh|hpp|inc|c|cc|cpp|cxx|go|rs|s|S|f90|in|cmake)`;
const NAMED = new RegExp(
  String.raw`^[^\w\x60*]*(?:(?:and|with|then|file|in|this is|here is|it has)\b:?\s+)?[\x60*"(]{0,3}(${PATH})[\x60*")]{0,3}\s*:?\s*(?:\*\/)?\s*$`,
  "i",
);
/** At the end of a sentence: `I tried this code (\`src/main.rs\`):`. */
const AT_END = new RegExp(String.raw`[\x60(](${PATH})[\x60)]{1,3}\s*:\s*$`, "i");

/** The file that a block is said to be, by the line before it or by its own first line: `table.h:`, `// src/table.h`; null where it is none. */
export function pathOf({ file, before = "", text }: CodeBlock): string | null {
  if (file !== undefined) return file;
  const found = NAMED.exec(before) ?? AT_END.exec(before) ?? NAMED.exec(text.split("\n", 1)[0] ?? "");
  return found?.[1] ?? null;
}

/** Programs that no reader of C takes for one, by what each must have. `[^\S\n]` and not `\s`: thousands of empty lines are read but once. */
const OTHERS: readonly (readonly [Language, (text: string) => boolean])[] = [
  ["rust", (text) => /^[^\S\n]*(?:pub )?fn\s+main\s*\(\s*\)/m.test(text)],
  ["fortran", isFortran],
];

function isFortran(text: string): boolean {
  const start = text.search(/^[^\S\n]*program\s+\w+\s*$/im);
  return start !== -1 && /^[^\S\n]*end\s+program\b/im.test(text.slice(start));
}

/** gcc's assembler, with a start that a linker sees. */
export function isAssembler(text: string, info = ""): boolean {
  const starts = /^[^\S\n]*\.glob(?:a)?l\s+(?:main|_start)\b/m.test(text);
  return starts && (/^(?:asm|s|gas|nasm|)$/.test(info) || !/[{};]\s*$/m.test(text));
}

/** A block that is a program of its own: its language, and whether it is a Go test; null for any other block. */
export function programIn({ text, info }: CodeBlock): { language: Language; test: boolean } | null {
  const other = OTHERS.find(([, has]) => has(text));
  if (other !== undefined) return { language: other[0], test: false };
  if (isAssembler(text, info)) return { language: "c", test: false };
  if (/^[^\S\n]*package\s+\w+/m.test(text)) {
    if (/^package\s+main\b/m.test(text) && /^func\s+main\s*\(\s*\)/m.test(text))
      return { language: "go", test: false };
    if (/^func\s+(Test|Benchmark|Fuzz)\w*\s*\(/m.test(text)) return { language: "go", test: true };
    return null;
  }
  if (!/\bmain\s*\([^;{}]*\)\s*\{/.test(text)) return null;
  const isCxx =
    /^[^\S\n]*#\s*include\s*<(iostream|string|vector|map|memory|thread|mutex|stdexcept|exception|c[a-z]+)>/m.test(
      text,
    ) || /\bstd::|\bnamespace\s+\w|\btemplate\s*</.test(text);
  return { language: isCxx ? "c++" : "c", test: false };
}
