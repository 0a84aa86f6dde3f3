import type { EnvironmentRecord, Result, SignatureRecord } from "./result.js";

/** One signature over all environments in which it was seen: "the same crash". */
export interface SameCrash {
  /** `A`, `B`, … `Z`, `AA`: how tables mark it. The most frequent one is A. */
  readonly mark: string;
  /** `sameName` of its signatures. */
  readonly name: string;
  readonly id: string;
  /** The record with the fullest evidence, and where it comes from. */
  readonly best: SignatureRecord;
  readonly from: EnvironmentRecord;
  readonly seen: readonly { readonly environment: EnvironmentRecord; readonly signature: SignatureRecord }[];
  /** Attempts that ended so, and attempts made in the environments where it was seen. */
  readonly count: number;
  readonly attempts: number;
}

function markOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : markOf(Math.floor(index / 26) - 1) + letter;
}

/** How much a record can show: a native stack counts most, then an explanation, then Go's own trace. */
function fullness(signature: SignatureRecord): number {
  const { evidence } = signature;
  return (
    (evidence.threads.length > 0 ? 8 : 0) +
    (evidence.explanation ? 4 : 0) +
    (evidence.go ? 2 : 0) +
    (evidence.incomplete.length === 0 ? 1 : 0)
  );
}

/** Every signature of the result once, the most frequent first, with a letter for tables. */
export function sameCrashes(result: Result): SameCrash[] {
  const groups = new Map<string, { environment: EnvironmentRecord; signature: SignatureRecord }[]>();
  for (const environment of result.environments)
    for (const signature of environment.signatures) {
      const name = sameName(environment, signature);
      const group = groups.get(name);
      if (group) group.push({ environment, signature });
      else groups.set(name, [{ environment, signature }]);
    }
  const total = (seen: { signature: SignatureRecord }[]) =>
    seen.reduce((sum, { signature }) => sum + signature.count, 0);
  return [...groups]
    .sort(([a, x], [b, y]) => total(y) - total(x) || (a < b ? -1 : 1))
    .map(([name, seen], index) => {
      const best = seen.reduce((a, b) => (fullness(b.signature) > fullness(a.signature) ? b : a));
      return {
        mark: markOf(index),
        name,
        id: best.signature.id,
        best: best.signature,
        from: best.environment,
        seen,
        count: total(seen),
        attempts: seen.reduce((sum, { environment }) => sum + environment.attempts, 0),
      };
    });
}

/** Signatures with which attempts of an environment ended, the most frequent first; what only gdb's own runs met is not among them. */
export function seenSignatures({ signatures }: EnvironmentRecord): SignatureRecord[] {
  return signatures.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}

/** `sameName` of a signature -> mark. */
export function marks(crashes: readonly SameCrash[]): ReadonlyMap<string, string> {
  return new Map(crashes.map(({ name, mark }) => [name, mark]));
}

/**
 * What a signature of an environment is the same as: the signatures of this name. Of a weak one too little is known to say that it is the
 * same crash in another environment, so that it is the same as itself alone.
 */
export function sameName(
  { id: environment }: Pick<EnvironmentRecord, "id">,
  { id, weak }: Pick<SignatureRecord, "id" | "weak">,
): string {
  return weak === true ? `${id} on ${environment}` : id;
}
