import type { Language } from "../../manifest/repro.js";

/** A piece of code in a text. */
export interface CodeBlock {
  /** What follows the fence, such as `go`; empty where nothing does, or where the block is indented. */
  readonly info: string;
  /** The line of text before it, where there is one. */
  readonly before?: string;
  readonly text: string;
}

/** Fenced blocks (CommonMark 4.5), else indented ones (4.4), in order. A fence that is never closed ends with the text. */
export function codeBlocks(text: string): CodeBlock[] {
  const lines = text.split("\n");
  const fenced = fencedBlocks(lines);
  return fenced.length > 0 ? fenced : indentedBlocks(lines);
}

function fencedBlocks(lines: readonly string[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    // In a quoted text or a list the fence is indented, and its content with it.
    const open = /^((?: {0,12}|\t|> ?)*)(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/.exec(lines[i] as string);
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

/** The file that a block is said to be, by the line before it or by its own first line: `table.h:`, `// table.h`; null where it is none. */
export function fileNameOf({ before = "", text }: CodeBlock): string | null {
  const named =
    /^[^\w`*]*(?:file:?\s*)?[`*"]{0,3}([\w-]{1,60}\.(?:h|hh|hpp|inc|c|cc|cpp|go|s|S))[`*"]{0,3}\s*:?\s*(?:\*\/)?\s*$/i;
  return (named.exec(before) ?? named.exec(text.split("\n", 1)[0] ?? ""))?.[1] ?? null;
}

/** A block that is a program of its own: its language, and whether it is a Go test; null for any other block. */
export function programIn({ text }: CodeBlock): { language: Language; test: boolean } | null {
  if (/^\s*package\s+\w+/m.test(text)) {
    if (/^package\s+main\b/m.test(text) && /^func\s+main\s*\(\s*\)/m.test(text))
      return { language: "go", test: false };
    if (/^func\s+(Test|Benchmark|Fuzz)\w*\s*\(/m.test(text)) return { language: "go", test: true };
    return null;
  }
  if (!/\bmain\s*\([^;{}]*\)\s*\{/.test(text)) return null;
  const isCxx =
    /^\s*#\s*include\s*<(iostream|string|vector|map|memory|thread|mutex|stdexcept|exception|c[a-z]+)>/m.test(
      text,
    ) || /\bstd::|\bnamespace\s+\w|\btemplate\s*</.test(text);
  return { language: isCxx ? "c++" : "c", test: false };
}
