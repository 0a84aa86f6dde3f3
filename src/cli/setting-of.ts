import type { CampaignSetting } from "../campaign/setting.js";
import type { Progress } from "../progress/renderer.js";
import type { LockRequest } from "../workspace/lock-file.js";
import type { CliContext } from "./command.js";
import type { EngineArgs } from "./engine-flags.js";
import { openEngine } from "./open-engine.js";

/** Where and how a verb's campaigns are carried out, by its flags. Its engine ends with the process. */
export function settingOf(
  args: EngineArgs & LockRequest,
  context: CliContext,
  progress: Progress,
): CampaignSetting {
  return {
    folder: context.cwd,
    connect: () => openEngine(args, context),
    onProgress: progress.sink,
    signal: context.signal,
    swarm: args.swarm === true || args.cluster === "swarm" ? { registry: args.registry } : undefined,
    base: args.base,
    platform: args.platform,
    snapshot: args.snapshot,
    keyring: args.keyring,
    lock: args.lock,
    locked: args.locked,
  };
}
