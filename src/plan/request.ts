/** What a user asked for, from flags, configuration and environment, before any default is filled in. */
export interface CampaignRequest {
  /** Environment names or patterns, `!` excludes; empty: the manifest's. */
  readonly environments?: readonly string[];
  readonly variant?: string;
  /** Axes beside the environments. */
  readonly across?: readonly ("variants" | "link")[];
  /** Environments to run each binary in, other than where it was built. */
  readonly runOn?: readonly string[];
  /** Names of conditions, or `all`. */
  readonly perturb?: readonly string[];
  readonly build?: BuildOverrides;
  readonly run?: RunOverrides;
  /** `[ENVIRONMENT:]key=value,…`: replaces the manifest's expectations. */
  readonly expect?: readonly string[];
  readonly stop?: StopRequest;
  readonly parallel?: number;
  readonly seed?: number;
  readonly baseline?: string;
  readonly allPairs?: boolean;
  /** Native captures for each signature; 0 turns gdb off. */
  readonly captures?: number;
}

export interface BuildOverrides {
  readonly link?: "static" | "dynamic";
  readonly cc?: "gcc" | "clang";
  readonly cflags?: readonly string[];
  readonly ldflags?: readonly string[];
  readonly goflags?: readonly string[];
  readonly cgo?: boolean;
  readonly sanitize?: readonly ("address" | "undefined" | "thread")[];
}

export interface RunOverrides {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly timeout?: string;
  readonly stack?: string;
  readonly memory?: string;
  readonly stdin?: string;
  readonly network?: "none" | "bridge";
  readonly capabilities?: readonly string[];
}

export interface StopRequest {
  readonly runs?: number;
  readonly untilCrashes?: number;
  /** Most attempts of a cell under `untilCrashes` and `untilDecided`. */
  readonly cap?: number;
  readonly for?: string;
  readonly untilDecided?: boolean;
  /** The rate that `untilDecided` tells apart from; without one, cells are told from the baseline. */
  readonly rate?: number;
}
