import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ORDINARY_USER } from "../../images/base/bootstrap.js";
import { ok, warning, type Check } from "./check.js";

const HELPER = "/usr/lib/apt/apt-helper";
const PATIENCE_MS = 15_000;

/** What `--base bootstrap` needs of this machine: mmdebstrap, and the archive that apt is set up for. */
export const archive: Check = {
  name: "archive",
  title: "package archive",
  async look({ catalogue, signal }) {
    const suites = Object.values(catalogue.images).flatMap(({ suite }) => suite ?? []);
    const bootstrap = await run("mmdebstrap", ["--version"], signal);
    if (bootstrap === null) {
      return warning(
        "no mmdebstrap here: base images come from the registry alone",
        "on Debian and Ubuntu: apt-get install mmdebstrap",
      );
    }
    // Root needs no user namespace; for anybody else mmdebstrap's own trial tells whether there can be one.
    if (
      process.getuid?.() !== 0 &&
      (await run("mmdebstrap", ["--unshare-helper", "true"], signal)) === null
    ) {
      return warning(
        `${bootstrap.trim()} cannot work as this user`,
        `${ORDINARY_USER}, or use --base registry`,
      );
    }
    const mirrors = await run("apt-get", ["indextargets", "--format", "$(REPO_URI)"], signal);
    const [mirror] = (mirrors ?? "").split("\n").filter((line) => /^\w+:\/\/.*\/debian\/?$/.test(line));
    if (mirror === undefined) {
      return warning(
        `${bootstrap.trim()}; apt here names no Debian archive to try`,
        "if --base bootstrap fails, add a Debian line to apt's sources, or use --base registry",
      );
    }
    const folder = await mkdtemp(join(tmpdir(), "vivarium-doctor-"));
    try {
      const release = `${mirror.replace(/\/$/, "")}/dists/${suites[0] ?? "bookworm"}/InRelease`;
      const fetched = await run(HELPER, ["download-file", release, join(folder, "InRelease")], signal);
      if (fetched !== null) return ok(`${bootstrap.trim()}, and the archive answers`);
      return warning(
        `the package archive does not answer: ${new URL(mirror).host}`,
        "check the network and apt's proxy; --base registry does without it",
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** What a tool prints; null where it is not there, fails, or takes too long. */
async function run(tool: string, args: readonly string[], signal: AbortSignal): Promise<string | null> {
  const { failed, stdout } = await execa(tool, args, {
    reject: false,
    stdin: "ignore",
    timeout: PATIENCE_MS,
    cancelSignal: signal,
    env: { LC_ALL: "C.UTF-8" },
  });
  signal.throwIfAborted();
  return failed ? null : stdout;
}
