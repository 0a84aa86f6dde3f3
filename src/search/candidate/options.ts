import type { Engine, Labels } from "../../docker/engine.js";
import type { EnvironmentImages } from "../../images/environment.js";
import type { BuildLimits } from "./build-limit.js";
import type { Material, Planning } from "./material.js";

/** What candidates of a search are built from and measured by. */
export interface CandidateBenchOptions {
  readonly engine: Engine;
  readonly images: EnvironmentImages;
  /** The repro's folder, for the files that no material holds. */
  readonly folder: string;
  readonly planning: Planning;
  /** The whole program: how long it takes to build says how long a candidate may. */
  readonly whole: Material;
  /** Default: BUILD_LIMITS. */
  readonly limits?: BuildLimits | undefined;
  /** The search's id. */
  readonly search: string;
  readonly labels: Labels;
  readonly signal: AbortSignal;
}

/** A candidate and where it stands among those that it was asked with. */
export interface Asked {
  readonly index: number;
  readonly material: Material;
}
