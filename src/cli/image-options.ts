import { snapshotArchive } from "../campaign/snapshot-archive.js";
import type { ProvideOptions } from "../images/provide.js";
import type { Progress } from "../progress/renderer.js";
import type { CliContext } from "./command.js";
import type { EngineArgs } from "./flags/engine-flags.js";

type Told = "sink" | "base" | "platform" | "snapshotArchive" | "signal";

/** How a verb's images are had, by its flags, and where that is told. */
export function imageOptions(
  args: Pick<EngineArgs, "base" | "platform" | "snapshot" | "keyring">,
  { cwd, signal }: Pick<CliContext, "cwd" | "signal">,
  { sink }: Pick<Progress, "sink">,
): Pick<ProvideOptions, Told> {
  return {
    sink,
    base: args.base,
    platform: args.platform,
    snapshotArchive: snapshotArchive(args, cwd),
    signal,
  };
}
