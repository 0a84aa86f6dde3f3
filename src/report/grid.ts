import type { EnvironmentRecord, Result } from "../result/result.js";

/** Environments laid out over two axes that both vary. */
export interface Grid {
  readonly rowAxis: string;
  readonly columnAxis: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  at(row: string, column: string): EnvironmentRecord | undefined;
}

interface Axis {
  readonly name: string;
  of(environment: EnvironmentRecord): string;
}

const BUILT_IN: Axis = { name: "built in", of: ({ builtIn }) => builtIn };
const RAN_ON: Axis = { name: "ran on", of: ({ ranOn }) => ranOn };

/** In the order in which a pair of them is looked for. */
const AXES: readonly Axis[] = [
  { name: "libc", of: ({ libc }) => `${libc.family} ${libc.version}` },
  { name: "Go", of: ({ go }) => (go ? `Go ${go.version}` : "no Go") },
  { name: "variant", of: ({ variant }) => variant },
  { name: "condition", of: ({ condition }) => condition ?? "plain" },
  { name: "linking", of: ({ binary }) => binary?.link ?? "not built" },
];

/** Versions in their order, not in their letters' order: 2.9 before 2.31. */
function byVersion(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function layOut(environments: readonly EnvironmentRecord[], row: Axis, column: Axis): Grid | null {
  const cells = new Map<string, Map<string, EnvironmentRecord>>();
  const columns = new Map<string, number>();
  for (const environment of environments) {
    const line = cells.get(row.of(environment)) ?? new Map<string, EnvironmentRecord>();
    if (line.has(column.of(environment))) return null;
    cells.set(row.of(environment), line.set(column.of(environment), environment));
    columns.set(column.of(environment), (columns.get(column.of(environment)) ?? 0) + 1);
  }
  const crossing =
    [...cells.values()].some((line) => line.size > 1) && [...columns.values()].some((size) => size > 1);
  if (!crossing) return null;
  return {
    rowAxis: row.name,
    columnAxis: column.name,
    rows: [...cells.keys()].sort(byVersion),
    columns: [...columns.keys()].sort(byVersion),
    at: (r, c) => cells.get(r)?.get(c),
  };
}

/**
 * The grid of a result: built in by ran on where a binary was run elsewhere, else the first two of libc, Go, variant,
 * condition and linking that cross: some row and some column have more than one cell, and no cell two environments.
 * Null where a list says as much (each libc with its own Go is a diagonal, not a grid).
 */
export function gridOf(result: Result): Grid | null {
  const { environments } = result;
  if (environments.some(({ builtIn, ranOn }) => builtIn !== ranOn)) {
    return layOut(environments, BUILT_IN, RAN_ON);
  }
  for (const [i, row] of AXES.entries())
    for (const column of AXES.slice(i + 1)) {
      const grid = layOut(environments, row, column);
      if (grid) return grid;
    }
  return null;
}
