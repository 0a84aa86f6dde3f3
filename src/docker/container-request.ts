/** What is put on everything that vivarium makes on an engine; see labels.ts for their names. */
export type Labels = Readonly<Record<string, string>>;

export type ContextEntry =
  | { readonly content: string | Buffer; readonly mode?: number }
  | { readonly file: string; readonly mode?: number }
  /** A symbolic link, kept as it is. */
  | { readonly link: string }
  /** A folder that may be empty. */
  | { readonly folder: true };

/** A container as it is asked for; what every one is denied is in container/create-body.ts. */
export interface ContainerRequest {
  readonly image: string;
  readonly command: readonly string[];
  readonly labels: Labels;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memory: number;
  readonly processes: number;
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly network: "none" | "bridge";
  readonly capabilities: readonly string[];
  readonly cpuset?: string | undefined;
  /** CPUs' worth of time; undefined: no limit. */
  readonly cpus?: number | undefined;
  readonly ulimits?: Readonly<Record<string, number>>;
  readonly tty?: boolean;
  readonly workingDir?: string;
  readonly platform?: string;
  /** Volumes by the path that they are mounted at. */
  readonly volumes?: Readonly<Record<string, { readonly name: string; readonly readOnly: boolean }>>;
  /** Names of its /etc/hosts, beside the engine's own -> addresses. */
  readonly hosts?: Readonly<Record<string, string>> | undefined;
  /** Addresses in its /etc/resolv.conf, in place of the engine's. */
  readonly nameservers?: readonly string[] | undefined;
  /** Kernel parameters of its own namespaces. */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Told of what it writes to standard error, as it comes; without it only the tail is kept. */
  readonly onStderr?: (piece: Buffer) => void;
  /** Told as the engine is asked to start it, which takes the engine a while. */
  readonly onStarting?: (() => void) | undefined;
  /** Milliseconds for which it will be used at most; default a day. After that anyone may sweep it once it has stopped. */
  readonly lifetimeMs?: number;
  /** Its root file system can be written to; default: not. */
  readonly writable?: boolean;
  /** Put into it before it starts, by path below the root; for those that are `writable` alone. */
  readonly files?: Readonly<Record<string, ContextEntry & { readonly owner?: number }>>;
}
