import { CampaignRequest, StopRequest } from "../plan/request.js";
import type { Asked } from "../request/prepare.js";
import { commandLineOf, type Subject } from "../request/subject.js";
import type { Reproduction } from "./carry-out.js";
import type { CampaignSetting } from "./setting.js";
import { continueCampaign, startCampaign } from "./start.js";

/** What is run, and everything that may be asked for, as on the command line; all of it but `repro` has a default. */
export interface NewCampaign extends Omit<CampaignRequest, "stop">, StopRequest {
  readonly repro: Subject;
  /** The words after `vivarium` that repeat this campaign, for reports. */
  readonly commandLine?: readonly string[] | undefined;
}

export type ReproduceOptions = CampaignSetting &
  (
    | NewCampaign
    /** Goes on with a campaign that was interrupted, as it began: its id, the beginning of it, its folder, or `latest`. */
    | { readonly resume: string }
  );

/**
 * Reproduces a crash: makes the images and binaries, runs the attempts, looks at crashes with gdb, compares the
 * environments, and writes the campaign's folder. `vivarium run` is this function with flags for options.
 *
 * ```ts
 * const { result } = await reproduce({ repro: "crash.c", environments: ["glibc-2.36", "musl-1.2.3"], runs: 50 });
 * for (const { id, rate } of result.environments) console.log(id, rate?.estimate);
 * ```
 *
 * A crash is part of the result. What is thrown is a `Failure` for a wrong request (`kind` `request`), for what could
 * not be found out at all (`infrastructure`), or for an abort before anything was measured (`interrupted`).
 */
export async function reproduce(options: ReproduceOptions): Promise<Reproduction> {
  return "resume" in options
    ? continueCampaign(options.resume, options)
    : startCampaign(askedIn(options), options);
}

const REQUEST = CampaignRequest.omit({ stop: true }).keyof().options;
const STOP = StopRequest.keyof().options;

/** The request among all options: the stop rule's fields, which stand beside the others here, are one field of it. */
function askedIn(options: NewCampaign): Asked {
  return {
    subject: options.repro,
    request: { ...given(options, REQUEST), stop: given(options, STOP) },
    commandLine: options.commandLine ?? commandLineOf(options.repro),
  };
}

/** The named fields, as far as they are given. */
function given<T extends object, K extends keyof T>(
  fields: T,
  names: readonly K[],
): { [N in K]?: Exclude<T[N], undefined> } {
  const found = names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]);
  return Object.fromEntries(found) as never;
}
