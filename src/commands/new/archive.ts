import type { CodeBlock } from "./block.js";

/** A line that begins a file in an archive of texts (txtar), as Go's playground and its trackers have them: `-- cmd/demo/main.go --`. */
const BEGINS_FILE = /^-- (\w[\w.+-]{0,60}(?:\/\w[\w.+-]{0,60}){0,8}) --\s*$/;

/** The files that a block holds, each as a block of its own; the block itself where it is no archive. */
export function filesIn(block: CodeBlock): CodeBlock[] {
  const lines = block.text.split("\n");
  if (!lines.some((line) => BEGINS_FILE.test(line))) return [block];
  const found: { file: string | null; lines: string[] }[] = [{ file: null, lines: [] }];
  for (const line of lines) {
    const file = BEGINS_FILE.exec(line)?.[1];
    if (file !== undefined) found.push({ file, lines: [] });
    else found.at(-1)?.lines.push(line);
  }
  // What stands before the first file is a comment, or on the playground a program without a name.
  return found.flatMap(({ file, lines: content }) => {
    const text = `${content.join("\n").trim()}\n`;
    return text === "\n" ? [] : [{ info: block.info, text, ...(file !== null && { file }) }];
  });
}
