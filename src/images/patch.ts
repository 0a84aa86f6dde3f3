/**
 * The files that a unified diff touches, without the first part of their paths (`patch -p1`), in order. A file that it
 * creates is among them.
 */
export function patchedFiles(diff: string): string[] {
  const files = new Set<string>();
  const lines = diff.split("\n");
  lines.forEach((line, index) => {
    const next = lines[index + 1] ?? "";
    if (!line.startsWith("--- ") || !next.startsWith("+++ ")) return;
    const from = pathOf(line);
    const to = pathOf(next);
    const path = to === "/dev/null" ? from : to;
    files.add(path.replace(/^[^/]*\//, ""));
  });
  return [...files];
}

/** `+++ b/src/net/dial.go<TAB>2026-01-01 …` -> `b/src/net/dial.go` */
function pathOf(header: string): string {
  return (header.slice(4).split("\t")[0] ?? "").trim();
}
