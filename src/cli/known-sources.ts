import { obtainWith } from "../campaign/obtain-sources.js";
import { snapshotArchive } from "../campaign/snapshot-archive.js";
import type { KnownSources } from "../request/prepare.js";
import type { CliContext } from "./command.js";
import type { EngineArgs } from "./flags/engine-flags.js";
import { openEngine } from "./open-engine.js";
import { openProgress } from "./open-progress.js";

/** How a verb fetches source packages that are named and not here yet: with the engine of its flags, which is asked only then. */
export function knownSources(args: EngineArgs, context: CliContext): KnownSources {
  const { base, platform } = args;
  const setting = {
    base,
    platform,
    snapshotArchive: snapshotArchive(args, context.cwd),
    signal: context.signal,
  };
  return {
    obtain: obtainWith(async (fetch) => {
      const engine = await openEngine(args, context);
      const progress = openProgress(args.progress, context);
      try {
        await fetch(engine, progress.sink);
      } finally {
        progress.close();
      }
    }, setting),
  };
}
