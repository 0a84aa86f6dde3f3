import { badRequest } from "../failure.js";
import type { CampaignArgs } from "./flags/campaign-flags.js";

/** Confidence of `--detect`, that of every interval. */
const CONFIDENCE = 0.95;

/** Attempts that `--detect RATE` asks for; undefined where it is not given. */
export async function runsOf(args: Partial<CampaignArgs>): Promise<number | undefined> {
  if (args.detect === undefined) return undefined;
  if (args.runs !== undefined) {
    throw badRequest("--detect and --runs exclude each other", "--detect computes the number of attempts");
  }
  // The distribution functions take a while to load, and no other request needs them.
  const { attemptsToDetect } = await import("../stats/sample-size.js");
  return attemptsToDetect(args.detect, CONFIDENCE);
}
