/** A matrix of bits: for each row a set of columns. Typed arrays, since a history of 5,000 commits has 25 million of them. */
export class BitMatrix {
  /** Words in a row. */
  readonly width: number;
  private readonly words: Uint32Array;

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {
    this.width = Math.max(1, Math.ceil(columns / 32));
    this.words = new Uint32Array(rows * this.width);
  }

  set(row: number, column: number): void {
    const at = row * this.width + (column >>> 5);
    this.words[at] = this.words[at]! | (1 << (column & 31));
  }

  has(row: number, column: number): boolean {
    return ((this.words[row * this.width + (column >>> 5)]! >>> (column & 31)) & 1) === 1;
  }

  /** Adds the columns of another row to a row. */
  union(row: number, from: number): void {
    const [to, at] = [row * this.width, from * this.width];
    for (let i = 0; i < this.width; i++) this.words[to + i] = this.words[to + i]! | this.words[at + i]!;
  }

  /** How many columns a row has. */
  count(row: number): number {
    let count = 0;
    for (let i = row * this.width, end = i + this.width; i < end; i++) {
      for (let word = this.words[i]!; word !== 0; word &= word - 1) count++;
    }
    return count;
  }

  /** The words in which a row has columns that another has not: from the first, to behind the last. */
  beyond(row: number, other: number): [from: number, to: number] {
    const [at, beside] = [row * this.width, other * this.width];
    const differs = (i: number): boolean => (this.words[at + i]! & ~this.words[beside + i]!) !== 0;
    let [from, to] = [0, this.width];
    while (from < to && !differs(from)) from++;
    while (to > from && !differs(to - 1)) to--;
    return [from, to];
  }

  /** Sum of `values` over the columns that a row has and another has not; `from`, `to`: words between which they are. */
  sumBeyond(row: number, other: number, values: Float64Array, from: number, to: number): number {
    let sum = 0;
    const [at, beside] = [row * this.width, other * this.width];
    for (let i = from, base = 32 * from; i < to; i++, base += 32) {
      for (let word = this.words[at + i]! & ~this.words[beside + i]!; word !== 0; word &= word - 1)
        sum += values[base + 31 - Math.clz32(word & -word)]!;
    }
    return sum;
  }

  /** Adds a number to the values at the columns of a row. */
  add(row: number, values: Float64Array, amount: number): void {
    for (let i = row * this.width, end = i + this.width, base = 0; i < end; i++, base += 32) {
      for (let word = this.words[i]!; word !== 0; word &= word - 1) {
        const at = base + 31 - Math.clz32(word & -word);
        values[at] = values[at]! + amount;
      }
    }
  }
}
