import type { Files } from "../syntax/edit.js";

/** Programs without the blank lines that a reduction leaves behind. Go's raw strings may hold some, so that such files stay as they are. */
export function withoutGaps(files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      /\.(c|h|cc|cpp|cxx|hh|hpp|go)$/.test(path) ? closed(path, text) : text,
    ]),
  );
}

function closed(path: string, text: string): string {
  if (path.endsWith(".go") && text.includes("`")) return text;
  const lines = text.split("\n").map((line) => (line.endsWith("\\") ? line : line.trimEnd()));
  const kept = lines.filter((line, i) => {
    if (line !== "") return true;
    const before = lines.slice(0, i).findLast((each) => each !== "") ?? "{";
    const after = lines.slice(i + 1).find((each) => each !== "") ?? "}";
    return lines[i - 1] !== "" && !/[{(]$/.test(before) && !/^\s*[})]/.test(after);
  });
  return `${kept.join("\n").trim()}\n`;
}

/** Lines of programs that are not blank. */
export function lineCount(files: Files): number {
  return Object.values(files).reduce(
    (sum, text) => sum + text.split("\n").filter((line) => line.trim() !== "").length,
    0,
  );
}
