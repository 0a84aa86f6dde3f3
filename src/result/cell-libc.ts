import type { Cell } from "../plan/plan.js";
import type { GridCell } from "../stats/axis.js";
import { libcInUse, type LibcInUse } from "./libc-in-use.js";
import type { ResultParts } from "./result-parts.js";

/** The libc that a cell's program ran on; null where there was no program. A twin's was seen in the cell that was run for both. */
export function libcOfCell(cell: Cell, parts: ResultParts): LibcInUse | null {
  const binary = parts.binaries.get(cell.id);
  if (binary === undefined || "remedy" in binary) return null;
  const run = parts.twins.get(cell.id) ?? cell.id;
  const made = parts.outcome.cells.find(({ id }) => id === run);
  return libcInUse({ cell, binary, mapped: made?.mapped ?? null });
}

/** The libc that makes the difference, where cells differ: of one that a static program loads while it runs, that one. */
export function libcThatVaries(cell: Cell, parts: ResultParts): GridCell["ranOn"] {
  const used = libcOfCell(cell, parts);
  return used === null || used.note === null ? cell.ranOn.libc : (used.loaded ?? used.libc);
}

/** Environments whose libc is not what the program ran on. */
export function libcWarnings(parts: ResultParts): string[] {
  return parts.outcome.plan.cells.flatMap((cell) => {
    const note = libcOfCell(cell, parts)?.note ?? null;
    return note === null ? [] : [`${cell.id}: ${note}`];
  });
}
