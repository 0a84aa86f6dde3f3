import type { Node } from "web-tree-sitter";
import type { Edit } from "./edit.js";
import { namedChildren, walk, type Program } from "./program.js";
import { members } from "./removable.js";

/** Whether a statement of a function's body returns a value. */
export function isReturnOfValue(node: Node): boolean {
  return node.type === "return_statement" && namedChildren(node).length > 0;
}

/**
 * Tells edits that leave a function without the value that it ends with returning: Go does not build that and C's compiler warns of it, but for
 * C's main, and where what is before it never ends.
 */
export function withoutFinalReturn({ files, shape }: Program): (edits: readonly Edit[]) => boolean {
  const finals = new Map(
    files.map((file) => {
      const functions = [...walk(file.root)].filter(({ type }) => shape.functions.has(type));
      const ends = functions.flatMap((each) => {
        const body = each.childForFieldName("body");
        const last = body === null ? undefined : members(shape, body).at(-1);
        const isMain = /\bmain\s*\(/.test(each.childForFieldName("declarator")?.text ?? "");
        return last === undefined || isMain || !isReturnOfValue(last)
          ? []
          : [{ from: each.startIndex, start: last.startIndex, end: last.endIndex }];
      });
      return [file.name, ends];
    }),
  );
  return (edits) =>
    edits.some(({ file, start, end, text }) =>
      (finals.get(file) ?? []).some(
        (each) => text === "" && each.from < start && start <= each.start && each.end <= end,
      ),
    );
}
