import type { ExecaError } from "execa";
import type { Engine, Labels } from "../../docker/engine.js";
import { type Failure, infrastructure, interrupted } from "../../failure.js";
import { shellLine } from "../quote.js";

/** A suite to be made into a root file system. */
export interface Suite {
  readonly name: string;
  /** Its Release file may be past its Valid-Until (a rolling suite, a snapshot). Signatures are checked all the same. */
  readonly staleRelease: boolean;
  /** A line of sources.list in place of the default archive, or null. */
  readonly source: string | null;
  readonly platform: string | null;
}

export interface BootstrapRequest {
  /** Absolute path of the file with the only keys that may sign the archive; null for those that this machine trusts. */
  readonly keyring: string | null;
  readonly engine: Engine;
  readonly tag: string;
  readonly labels: Labels;
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Debian's names of the platforms that the engine names otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  "linux/amd64": "amd64",
  "linux/arm64": "arm64",
  "linux/arm64/v8": "arm64",
  "linux/arm/v7": "armhf",
  "linux/386": "i386",
  "linux/ppc64le": "ppc64el",
  "linux/s390x": "s390x",
};

/**
 * mmdebstrap's command line for a suite; the root file system comes out as a tar on standard output. A keyring of the archive's
 * own goes into the root, too: apt there installs from the same archive.
 */
export function bootstrapArguments(suite: Suite, keyring: string | null = null): string[] {
  const architecture = suite.platform === null ? undefined : ARCHITECTURES[suite.platform];
  return [
    "--variant=minbase",
    ...(architecture === undefined ? [] : [`--architectures=${architecture}`]),
    ...(suite.staleRelease ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    ...(keyring === null
      ? []
      : [
          `--keyring=${keyring}`,
          `--customize-hook=${shellLine(["copy-in", keyring, "/etc/apt/trusted.gpg.d/"])}`,
        ]),
    suite.name,
    "-",
    ...(suite.source === null ? [] : [suite.source]),
  ];
}

/** Makes a suite's root file system on this machine, streams it into the engine, and returns the image's id. */
export async function bootstrap(suite: Suite, request: BootstrapRequest): Promise<string> {
  const { engine, tag, labels, onLine, signal } = request;
  const unfinished = `${tag}-unfinished`;
  // Loaded only here: most runs find their base image made.
  const { execa, ExecaError } = await import("execa");
  const process = execa("mmdebstrap", bootstrapArguments(suite, request.keyring), {
    stdin: "ignore",
    buffer: { stdout: false },
    // A Ctrl-C goes to the whole process group, and mmdebstrap then cleans up after itself.
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    env: { LC_ALL: "C.UTF-8" },
  });
  const talk = (async () => {
    for await (const line of process.iterable({ from: "stderr" })) onLine(line);
  })().catch(() => undefined);
  const imported = engine.importImage(process.stdout, unfinished, labels, signal);
  // Nobody would read the rest.
  imported.catch(() => process.kill());
  // Both are awaited whatever happens: a tar that ends early imports well, and only the exit status tells.
  const [made, image] = await Promise.allSettled([process, imported]);
  await talk;
  try {
    if (made.status === "rejected") {
      if (signal?.aborted) throw interrupted();
      throw made.reason instanceof ExecaError ? explain(made.reason, suite) : made.reason;
    }
    if (image.status === "rejected") throw image.reason;
    await engine.tagImage(image.value, tag);
    return image.value;
  } finally {
    if (image.status === "fulfilled") await engine.removeImage(unfinished);
  }
}

function explain(error: ExecaError, suite: Suite): Failure {
  if (error.code === "ENOENT") {
    return infrastructure(
      `no mmdebstrap on this machine, which makes the base image of ${suite.name}`,
      "install it (on Debian and Ubuntu: apt-get install mmdebstrap), or use --base registry",
      error,
    );
  }
  const words = String(error.stderr ?? "")
    .split("\n")
    .filter((line) => /^(E:|W:|Err:|dpkg: error)|error:/i.test(line))
    .slice(-5);
  return infrastructure(
    `mmdebstrap ${suite.name} failed (${error.shortMessage})${words.length > 0 ? `:\n${words.join("\n")}` : ""}`,
    remedyFor(words.join("\n")),
    error,
  );
}

/** What an ordinary user's mmdebstrap needs, which makes the root file system in a user namespace. */
export const ORDINARY_USER =
  "without root's rights mmdebstrap needs user namespaces: as root, apt-get install uidmap, and where /etc/subuid does not name you, " +
  "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER";

/** What to do, by mmdebstrap's and apt's own words. */
export function remedyFor(words: string): string {
  if (/unable to pick chroot mode|failed to parse \/etc\/subuid|newuidmap/.test(words)) {
    return `${ORDINARY_USER}, or use --base registry`;
  }
  if (/NO_PUBKEY|BADSIG|EXPKEYSIG|invalid signature|not signed|couldn't be verified/i.test(words)) {
    return "the archive is not signed by a key that is trusted here, or it was changed: name a snapshot archive's keys with --keyring FILE";
  }
  if (/ is expired/.test(words)) {
    return "the archive is older than it says it may be: check the clock (vivarium doctor), or that the mirror still follows";
  }
  if (/hash sum mismatch|unexpected size/i.test(words)) {
    return "what the archive sent is not what its signed index names: it was changed, or is just being updated; try again later";
  }
  return "check the network and the disk (vivarium doctor), or use --base registry";
}
