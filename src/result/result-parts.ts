import type { SignatureGroup } from "../crash/group.js";
import type { EngineFacts } from "../docker/engine.js";
import type { Machine } from "../docker/machine.js";
import type { Failure } from "../failure.js";
import type { Binary } from "../images/binary.js";
import type { CampaignOutcome } from "../run/state/campaign-outcome.js";
import type { FoundHold } from "./hold-record.js";
import type { FoundSchedule } from "./schedule-record.js";

/** Everything that a result is made of; all of it was measured before. */
export interface ResultParts {
  readonly outcome: CampaignOutcome;
  /** By cell id: what ran, or why there was nothing to run. */
  readonly binaries: ReadonlyMap<string, Binary | Failure>;
  /** By cell id: the crashes, joined with gdb's evidence. */
  readonly groups: ReadonlyMap<string, readonly SignatureGroup[]>;
  /** Cells that are the same thing as another, which alone was run: id -> id of the other. */
  readonly twins: ReadonlyMap<string, string>;
  /** Schedules that crashes come of, by cell id and by any name. */
  readonly schedules?: ReadonlyMap<string, ReadonlyMap<string, FoundSchedule>>;
  /** Holds that crashes come of, the same way. */
  readonly holds?: ReadonlyMap<string, ReadonlyMap<string, FoundHold>>;
  readonly engine: EngineFacts;
  /** The machines of a swarm that attempts were made on; absent where there is one engine. */
  readonly nodes?: readonly Machine[] | undefined;
  /** Model name of the processor. */
  readonly cpu: string;
  readonly version: string;
  readonly warnings: readonly string[];
  /** When the last part was measured, ISO 8601. */
  readonly finishedAt: string;
}
