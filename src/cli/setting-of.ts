import type { CampaignSetting } from "../campaign/setting.js";
import type { Progress } from "../progress/renderer.js";
import type { LockRequest } from "../workspace/lock-file.js";
import type { CliContext } from "./command.js";
import type { SpreadArgs } from "./flags/engine-flags.js";
import { enginesNamed, openEngines } from "./open-engine.js";

/** Where and how a verb's campaigns are carried out, by its flags. Its engine ends with the process. */
export function settingOf(
  args: SpreadArgs & LockRequest,
  context: CliContext,
  progress: Progress,
): CampaignSetting {
  // Connected once, whoever asks.
  let engines: ReturnType<typeof openEngines> | null = null;
  const opened = (): ReturnType<typeof openEngines> => (engines ??= openEngines(args, context));
  return {
    folder: context.cwd,
    connect: async () => (await opened()).engine,
    ...(enginesNamed(args) > 1 ? { connectOthers: async () => (await opened()).others } : {}),
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
