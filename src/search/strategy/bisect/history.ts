import { BitMatrix } from "./bits.js";

/** A commit, or a step of whatever else is bisected, with those that it builds upon. */
export interface HistoryNode {
  readonly id: string;
  /** Ids; those that are not in the history lie before it. */
  readonly parents: readonly string[];
}

/**
 * What is bisected: changes, and points that can be tried, each with the set of changes that are in it. A commit is both: the change that it
 * made, and the point that has it and all of its ancestors'. What lies before the history is a point with no change.
 */
export class History {
  /** Ids of the changes, parents before children. */
  readonly changes: readonly string[];
  /** Ids of the points: those of the changes, in the same order, then those before the history. */
  readonly points: readonly string[];
  /** Row: a point; columns: the changes that are in it. */
  readonly holds: BitMatrix;
  /** Row: a change; columns: the points that have it. */
  readonly heldBy: BitMatrix;
  /** Points that a change's own point was made from. */
  readonly parents: readonly (readonly number[])[];
  private readonly indexOf: ReadonlyMap<string, number>;

  /** `nodes`: parents before children. Throws where they are not. */
  constructor(nodes: readonly HistoryNode[]) {
    this.changes = nodes.map(({ id }) => id);
    const index = new Map(this.changes.map((id, i) => [id, i]));
    const before = [...new Set(nodes.flatMap(({ parents }) => parents))].filter((id) => !index.has(id));
    this.points = [...this.changes, ...before];
    before.forEach((id, i) => index.set(id, nodes.length + i));
    this.indexOf = index;
    this.holds = new BitMatrix(this.points.length, nodes.length);
    this.heldBy = new BitMatrix(nodes.length, this.points.length);
    this.parents = nodes.map(({ parents }) => parents.map((id) => index.get(id) as number));
    this.parents.forEach((parents, i) => {
      this.holds.set(i, i);
      for (const parent of parents) {
        if (parent >= i && parent < nodes.length)
          throw new RangeError(`${this.changes[i]} comes before its parent`);
        this.holds.union(i, parent);
      }
    });
    for (let point = 0; point < nodes.length; point++) {
      for (let change = 0; change <= point; change++) {
        if (this.holds.has(point, change)) this.heldBy.set(change, point);
      }
    }
  }

  /** Index of a point. Throws where there is none. */
  point(id: string): number {
    const index = this.indexOf.get(id);
    if (index === undefined) throw new RangeError(`no point ${id}`);
    return index;
  }
}

/** A history without branches: versions, values of a flag, hunks that are applied one after the other. The first id is the point before it. */
export function line(ids: readonly string[]): History {
  return new History(ids.slice(1).map((id, i) => ({ id, parents: [ids[i] as string] })));
}
