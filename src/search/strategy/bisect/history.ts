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
  /** Points that a change's own point was made from. */
  readonly parents: readonly (readonly number[])[];
  /** Of each change that merges: the words of `holds` with what it has and its first parent has not, from and to. */
  private readonly brought: Uint32Array;
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
    this.parents = nodes.map(({ parents }) => parents.map((id) => index.get(id) as number));
    this.brought = new Uint32Array(2 * nodes.length);
    this.parents.forEach((parents, i) => {
      this.holds.set(i, i);
      for (const parent of parents) {
        if (parent >= i && parent < nodes.length)
          throw new RangeError(`${this.changes[i]} comes before its parent`);
        this.holds.union(i, parent);
      }
      const [first, ...others] = parents;
      if (first !== undefined && others.length > 0) this.brought.set(this.holds.beyond(i, first), 2 * i);
    });
  }

  /**
   * For each point, the sum of `values` over the changes in it (`values`: one of each change). A commit has what its first parent has, itself, and
   * what other parents bring: so all sums cost little more than one.
   */
  sums(values: Float64Array): Float64Array {
    const { holds, parents, brought } = this;
    const sums = new Float64Array(this.points.length);
    for (let change = 0; change < parents.length; change++) {
      const [first, second] = parents[change]!;
      const inherited = first === undefined ? 0 : sums[first]!;
      const own =
        first === undefined || second === undefined
          ? values[change]!
          : holds.sumBeyond(change, first, values, brought[2 * change]!, brought[2 * change + 1]!);
      sums[change] = inherited + own;
    }
    return sums;
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
