import type { Attempt } from "../attempt.js";

/** Bytes of output kept in a campaign: a program that never dies twice alike must not fill disk and memory. */
const BUDGET = 32 * 1024 * 1024;

/** Outputs of the first attempts of each cell and key. */
export class KeptOutputs {
  private readonly attempts = new Map<string, Attempt[]>();
  private spent = 0;

  constructor(private readonly perKey: number) {}

  /** Whether one more attempt of this cell and key is wanted, and there is room for its output. */
  wants(cell: number, key: string, attempt: Attempt): boolean {
    if (attempt.output === null || this.spent + size(attempt) > BUDGET) return false;
    const kept = this.attempts.get(name(cell, key)) ?? [];
    // A hang that gdb looked at is wanted, however many others came before it.
    return kept.length < this.perKey || (attempt.hang !== undefined && !kept.some(({ hang }) => hang));
  }

  add(cell: number, key: string, attempt: Attempt): void {
    this.spent += size(attempt);
    const kept = this.attempts.get(name(cell, key));
    if (kept === undefined) this.attempts.set(name(cell, key), [attempt]);
    else kept.push(attempt);
  }

  /** Kept attempts in the order of their numbers. */
  of(cell: number, key: string): Attempt[] {
    return [...(this.attempts.get(name(cell, key)) ?? [])].sort((a, b) => a.number - b.number);
  }
}

function name(cell: number, key: string): string {
  return `${cell} ${key}`;
}

function size({ output, hang }: Attempt): number {
  if (output === null) return 0;
  const { stdout, stderr } = output;
  const looked = (hang?.captures ?? []).reduce((sum, json) => sum + json.length, 0);
  return looked + stdout.head.length + stdout.tail.length + stderr.head.length + stderr.tail.length;
}
