import type { Verdict } from "../verdict.js";

/** Keys told apart in a campaign; beyond them all are one, so that a program that never ends twice alike fills nothing. */
const MOST = 1000;
const LONGEST = 300;

/** Numbers the keys of a campaign in the order of their first attempts. */
export class KeyTable {
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  /**
   * The number of a verdict's key and the name that it is counted under: its own, or `other crash` (clean, exit, timeout)
   * where there are too many. `fresh` where that was not known before.
   */
  number({ key, outcome }: Verdict): {
    readonly number: number;
    readonly name: string;
    readonly fresh: boolean;
  } {
    const short = key.slice(0, LONGEST);
    const name = this.names.length < MOST || this.numbers.has(short) ? short : `other ${outcome}`;
    const known = this.numbers.get(name);
    return known === undefined
      ? { number: this.add(name), name, fresh: true }
      : { number: known, name, fresh: false };
  }

  /** The name of a number. Throws a RangeError where there is none. */
  name(number: number): string {
    const name = this.names[number];
    if (name === undefined) throw new RangeError(`key ${number} was never named`);
    return name;
  }

  add(name: string): number {
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
