import type { ProgramSearch } from "../candidate/program-search.js";

/** What `vivarium reduce` is asked for beside the repro. */
export interface ReduceRequest {
  readonly contrast: readonly string[];
  /** The rate that candidates must have at least; undefined: nine tenths of the whole program's. */
  readonly minRate?: number | undefined;
  /** Folder that the smaller repro is written to, absolute. */
  readonly output: string;
}

export interface ReduceInput extends ProgramSearch {
  readonly asked: ReduceRequest;
}
