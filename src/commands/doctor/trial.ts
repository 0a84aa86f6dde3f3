import type { ContainerEnd } from "../../docker/engine.js";
import type { Finding, Site } from "./check.js";

const MiB = 1024 ** 2;
/** More than any of the doctor's scripts prints. */
const MAX_OUTPUT = 64 * 1024;

/** A shell script in a container that is confined as an attempt's is. */
export interface Trial {
  readonly script: string;
  /** Bytes and number of processes that it may have. */
  readonly memory?: number;
  readonly processes?: number;
}

export interface TrialEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: ContainerEnd;
  /** This machine's clock, ms since 1970, before the container was asked for and when its first word came. */
  readonly asked: number;
  readonly heard: number;
  /** What the engine warned of when it made the container. */
  readonly warnings: readonly string[];
}

/** Null where there is no image to try it in. */
export async function tryOut(site: Site, { script, memory, processes }: Trial): Promise<TrialEnd | null> {
  if (site.image === null) return null;
  const asked = Date.now();
  const container = await site.engine.start(
    {
      image: site.image.id,
      command: ["sh", "-c", script],
      labels: { "vivarium.doctor": "trial" },
      user: "65534:65534",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
      memory: memory ?? 256 * MiB,
      processes: processes ?? 64,
      tmpfs: { "/tmp": "rw,nosuid,nodev,size=16m,mode=1777" },
      network: "none",
      capabilities: [],
      workingDir: "/",
      lifetimeMs: 60_000,
    },
    site.signal,
  );
  try {
    container.stdin.end();
    let heard = 0;
    let stdout = "";
    for await (const chunk of container.stdout) {
      if (heard === 0) heard = Date.now();
      if (stdout.length < MAX_OUTPUT) stdout += chunk.toString("utf8");
    }
    const end = await container.ended();
    const { warnings } = container;
    return { stdout, stderr: container.stderrTail(), end, asked, heard, warnings };
  } finally {
    await container.remove();
  }
}

/** What every check says that has no image to be tried in. */
export const NO_IMAGE: Finding = {
  status: "skipped",
  found: "there is no environment image to try it in yet",
  remedy: "vivarium build glibc-19341 --env glibc-2.36 makes one",
};
