const CONTEXT = 3;

/** A unified diff of one hunk from one text to another, both of whole lines; "" where they are the same. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const from = linesOf(before);
  const to = linesOf(after);
  if (before === after) return "";
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start++;
  let end = 0;
  while (
    end < from.length - start &&
    end < to.length - start &&
    from[from.length - 1 - end] === to[to.length - 1 - end]
  )
    end++;
  const first = Math.max(0, start - CONTEXT);
  const tail = Math.max(0, end - CONTEXT);
  const lead = from.slice(first, start).map((line) => ` ${line}`);
  const removed = from.slice(start, from.length - end).map((line) => `-${line}`);
  const added = to.slice(start, to.length - end).map((line) => `+${line}`);
  const trail = from.slice(from.length - end, from.length - tail).map((line) => ` ${line}`);
  const old = lead.length + removed.length + trail.length;
  const fresh = lead.length + added.length + trail.length;
  return [
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -${old === 0 ? 0 : first + 1},${old} +${fresh === 0 ? 0 : first + 1},${fresh} @@`,
    ...lead,
    ...removed,
    ...added,
    ...trail,
    "",
  ].join("\n");
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
