import type { SchedulePlan } from "./schedule.js";
import type { CampaignRequest } from "./request.js";
import type { Expectation, Language, OutcomeName } from "../manifest/repro.js";
import type { SourcePin } from "../manifest/source-recipe.js";

/** The C library of an environment, as the catalogue asserts it. */
export interface LibcPin {
  readonly family: "glibc" | "musl";
  /** Upstream version: "2.36", "1.2.3". */
  readonly version: string;
  /** The distribution's package that holds it: "libc6", "musl"; of one built from source, its ref: "musl@v1.2.4". */
  readonly package: string;
  /** What it is built from; absent where it is the image's own. */
  readonly source?: SourcePin | undefined;
}

/** A Go toolchain and where it comes from: the suite's own package, an older suite's, an archive, or its sources. */
export interface GoPin {
  /** "1.19": major.minor for a suite's Go, the full version for an archive. */
  readonly version: string;
  readonly source:
    | { readonly kind: "suite"; readonly suite: string }
    | {
        readonly kind: "archive";
        readonly url: string;
        readonly checksum: `sha256:${string}` | `sha1:${string}`;
      }
    /** `bootstrap`: the catalogue's name of the Go that builds it. */
    | { readonly kind: "source"; readonly pin: SourcePin; readonly bootstrap: string };
}

/**
 * One libc version and at most one Go version in one image. `id` is the name by which it was asked for, globs expanded:
 * `glibc-2.36` (its default Go) or `glibc-2.36/go-1.15`.
 */
export interface Environment {
  readonly id: string;
  readonly libc: LibcPin;
  readonly go: GoPin | null;
  /** Name of the catalogue's image entry (a suite, or an official image) that it is built from. */
  readonly image: string;
}

/** How the program is built, every default filled in. Paths are relative to the repro folder. */
export interface BuildPlan {
  readonly language: Language;
  readonly sources: readonly string[];
  readonly link: "static" | "dynamic";
  readonly patches: readonly string[];
  /** Unified diffs over the repro's own sources. */
  readonly sourcePatches?: readonly string[] | undefined;
  readonly cc: "gcc" | "clang";
  readonly cflags: readonly string[];
  readonly ldflags: readonly string[];
  readonly goflags: readonly string[];
  readonly cgo: boolean;
  readonly sanitize: readonly ("address" | "undefined" | "thread")[];
  /** A shell command line that replaces the default build. */
  readonly command: string | null;
  /** `go test -c` in place of `go build`. */
  readonly test: boolean;
  /** For language `command` alone: the program in the image, by its name on the PATH or by its absolute path. */
  readonly program?: string;
  /** Which of the programs that its build makes, or which Go package; absent where there is one. */
  readonly target?: string;
  /** Packages that are added to the environment that it is built in, sorted; absent where there are none. */
  readonly packages?: readonly string[];
}

/** How one attempt is run, every default filled in. Sizes in bytes (null: unlimited), times in milliseconds. */
export interface RunPlan {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Path in the container -> path in the repro folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly timeoutMs: number;
  /** A file of the repro given on standard input, else /dev/null. */
  readonly stdin: string | null;
  readonly limits: {
    readonly stack: number | null;
    readonly memory: number;
    readonly processes: number;
    readonly files: number;
    readonly tmp: number;
  };
  readonly network: "none" | "bridge";
  readonly capabilities: readonly string[];
  /** On a terminal of its own, where what is given on standard input is typed; absent: on none. */
  readonly tty?: boolean;
  /** Folder of the repro that it runs in; absent: in an empty one. */
  readonly directory?: string;
  /** Packages that are added to the environment that it runs in, sorted; absent where there are none. */
  readonly packages?: readonly string[];
  /** Locales that are made there, sorted; absent where there are none. */
  readonly locales?: readonly string[];
  /** Processes beside the program, in the order in which they are started; absent where there are none. */
  readonly services?: readonly ServicePlan[];
  /** Signals that are sent to the program, the first one first; absent where there are none. */
  readonly signals?: readonly SignalPlan[];
  /** Names of the container's /etc/hosts -> addresses; absent where there are none of its own. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Addresses in its /etc/resolv.conf; absent: the engine's own. */
  readonly nameservers?: readonly string[];
  /** Absent: threads run as the kernel lets them. */
  readonly schedule?: SchedulePlan;
}

/** A process beside the program, every default filled in. `$OUT` and `$OUTDIR` stand in `command` as they were written. */
export interface ServicePlan {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ready: { readonly port: number } | { readonly line: string } | { readonly file: string } | null;
  /** Milliseconds that it may take to be ready. */
  readonly withinMs: number;
}

/** A signal by its name (`SIGTERM`), and the milliseconds after the program's start at which it is sent. */
export interface SignalPlan {
  readonly signal: string;
  readonly atMs: number;
}

/** A declared change of an attempt's surroundings (`--perturb`): its name and what it sets. */
export interface Condition {
  readonly name: string;
  readonly title: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cpus: string | null;
  readonly load: number;
  readonly stack: number | null;
  /** Bytes of environment padding, which shifts the initial stack. */
  readonly padding: number;
  /** Files laid over the root: path in the container -> content. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * What attempts are counted by: one variant built in one environment and run in one (mostly the same) under one
 * condition (mostly none). `id` is unique in the plan and is what reports call an environment.
 */
export interface Cell {
  readonly id: string;
  readonly variant: string;
  readonly builtIn: Environment;
  readonly ranOn: Environment;
  readonly condition: Condition | null;
  readonly build: BuildPlan;
  readonly run: RunPlan;
  /** The expectation that applies here: the first `expect` line that matches, else null. */
  readonly expectation: Expectation | null;
  /** Further ends that are as good: several `--expect` for one environment. Absent where there is none. */
  readonly alternatives?: readonly Expectation[];
  /** Why the program cannot be built there; absent where nothing is known against it. */
  readonly unbuildable?: Unbuildable;
}

/** What an environment lacks for a program, as it is known before anything is built: `no C++ compiler for this libc: …`. */
export interface Unbuildable {
  readonly why: string;
  /** What would do instead. */
  readonly remedy: string;
}

/** When a campaign ends; fixed before it starts, and named in its result. */
export type StopRule =
  /** A fixed number of attempts in every cell. */
  | { readonly kind: "runs"; readonly runs: number }
  /** Until a cell has this many of what is counted, at most `cap` attempts; `withinMs`: and no longer than that, over the whole campaign. */
  | {
      readonly kind: "until-crashes";
      readonly crashes: number;
      readonly cap: number;
      readonly withinMs?: number;
    }
  /** For a time, over the whole campaign. */
  | { readonly kind: "for"; readonly durationMs: number }
  /**
   * Until a confidence sequence excludes `rate` in a cell, or (rate null) until each cell is told from the baseline; each has `least` attempts
   * by then.
   */
  | {
      readonly kind: "until-decided";
      readonly rate: number | null;
      readonly cap: number;
      readonly least?: number | undefined;
    };

/** What an attempt must have come to in order to be counted in every rate of the campaign; null fields do not matter. */
export interface Counted {
  /** In words, the result's `of`: `SIGSEGV`, `exit 1`, `timeout`, `crash`. */
  readonly of: string;
  readonly outcome: OutcomeName;
  readonly signal: string | null;
  readonly exit: number | null;
  /** A regular expression that the output matches. */
  readonly output: string | null;
  /** Of attempts whose time was over only those in which the scheduler saw that no thread could ever go on. */
  readonly deadlock?: true;
  /** Other ends that are counted, too. Absent where there is none. */
  readonly or?: readonly Counted[];
}

/** What will be built and run, fully resolved: no defaults left, every pin named. */
export interface Plan {
  readonly schema: "vivarium/plan/1";
  readonly repro: {
    readonly name: string;
    readonly title: string;
    readonly links: readonly string[];
    /** sha256 of the manifest and of the sources, patches and files that any cell uses. */
    readonly sourceHash: string;
  };
  /** The variant of the campaign, or null where variants are an axis. */
  readonly variant: string | null;
  readonly cells: readonly Cell[];
  readonly counted: Counted;
  readonly stop: StopRule;
  /** Seed of the order in which blocks of attempts are run. */
  readonly seed: number;
  readonly parallel: number;
  /** Attempts in one block of the interleaved schedule. */
  readonly block: number;
  /** Confidence level of every interval, 0.95. */
  readonly confidence: number;
  readonly output: {
    /** `failed`: of attempts that did not end with exit 0; `all`: also of clean ones (an expectation needs it). */
    readonly keep: "failed" | "all";
    /** Bytes kept of each stream: the first and the last. */
    readonly head: number;
    readonly tail: number;
    /** Attempts of each signature whose output is kept in the journal. */
    readonly perSignature: number;
  };
  readonly capture: {
    /** Native captures wanted of attempts that ended alike; 0 turns gdb off. */
    readonly perSignature: number;
    /** gdb runs that may be spent on one cell; fewer where it crashes rarely, as it then will under gdb. */
    readonly attempts: number;
    /** Of each. */
    readonly timeoutMs: number;
    /** After this no further one is begun. */
    readonly withinMs: number;
    /**
     * Where none of them crashed: runs without gdb, which attaches to the first that crashes, and the time of all. More of both where a crash
     * took more attempts.
     */
    readonly watched: { readonly runs: number; readonly timeoutMs: number };
  };
  readonly comparison:
    { readonly kind: "baseline"; readonly baseline: string } | { readonly kind: "all-pairs" };
  /** The request that this plan was made for: with the same repro and catalogue it makes the same cells. */
  readonly request: CampaignRequest;
  /** Command line that repeats this campaign: program arguments after `vivarium`. */
  readonly command: readonly string[];
  /** sha256 of all of the above but `request` and `command`. */
  readonly hash: string;
}
