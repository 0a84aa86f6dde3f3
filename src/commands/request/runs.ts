import { badRequest } from "../../failure.js";
import { attemptsToDetect } from "../../stats/sample-size.js";
import type { CampaignArgs } from "../line/flags.js";

/** Confidence of `--detect`, that of every interval. */
const CONFIDENCE = 0.95;

/** Attempts that `--detect RATE` asks for; undefined where it is not given. */
export function runsOf(args: Partial<CampaignArgs>): number | undefined {
  if (args.detect === undefined) return undefined;
  if (args.runs !== undefined) {
    throw badRequest("--detect and --runs exclude each other", "--detect computes the number of attempts");
  }
  return attemptsToDetect(args.detect, CONFIDENCE);
}
