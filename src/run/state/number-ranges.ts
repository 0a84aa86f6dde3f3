/** A run of attempt numbers, both ends included. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** A set of attempt numbers, held as ranges: it stays small however many attempts are in it. */
export class NumberRanges {
  private readonly ranges: { first: number; last: number }[] = [];

  /** Adds a number; false where it is in already. */
  add(number: number): boolean {
    return this.addRange(number, number);
  }

  /** Adds the numbers `first` … `last`; false, and none is added, where any of them is in already. */
  addRange(first: number, last: number): boolean {
    const at = this.indexAfter(first);
    const before = this.ranges[at - 1];
    const after = this.ranges[at];
    if ((before !== undefined && before.last >= first) || (after !== undefined && after.first <= last))
      return false;
    const joinsBefore = before?.last === first - 1;
    const joinsAfter = after?.first === last + 1;
    if (joinsBefore && joinsAfter) {
      before.last = after.last;
      this.ranges.splice(at, 1);
    } else if (joinsBefore) before.last = last;
    else if (joinsAfter) after.first = first;
    else this.ranges.splice(at, 0, { first, last });
    return true;
  }

  has(number: number): boolean {
    const before = this.ranges[this.indexAfter(number) - 1];
    return before !== undefined && before.last >= number;
  }

  /** The ranges of `first` … `last` that are not in the set, in order. */
  missing({ first, last }: NumberRange): NumberRange[] {
    const gaps: NumberRange[] = [];
    let next = first;
    for (let at = Math.max(0, this.indexAfter(first) - 1); at < this.ranges.length && next <= last; at++) {
      const range = this.ranges[at] as NumberRange;
      if (range.first > last) break;
      if (range.first > next) gaps.push({ first: next, last: range.first - 1 });
      next = Math.max(next, range.last + 1);
    }
    if (next <= last) gaps.push({ first: next, last });
    return gaps;
  }

  /** Index of the first range that begins after `number`. */
  private indexAfter(number: number): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ranges[middle] as NumberRange).first <= number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
