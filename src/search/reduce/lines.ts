import { saved, type Files } from "../syntax/edit.js";
import type { Unit } from "../syntax/units.js";

/** Runs of lines of files that are no program, halves first: input, files laid over the root, a go.mod. */
export function lineUnits(files: Files): Unit[] {
  return Object.entries(files).flatMap(([file, text]) => ofFile(file, text));
}

function ofFile(file: string, text: string): Unit[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1 && at + 1 < text.length; at = text.indexOf("\n", at + 1))
    starts.push(at + 1);
  if (text === "") return [];
  const units: Unit[] = [];
  for (let size = starts.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < starts.length; at += size) {
      const edits = [{ file, start: starts[at] as number, end: starts[at + size] ?? text.length, text: "" }];
      const title = `${file}:${at + 1}`;
      // Lines have no name but what they say.
      const key = `lines ${file} ${text.slice(edits[0]?.start, edits[0]?.end)}`;
      units.push({ kind: "lines", key, title, line: at + 1, edits, saved: saved(edits) });
    }
  }
  return units;
}
