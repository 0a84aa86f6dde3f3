import type { ImageRecord } from "../../docker/engine.js";
import type { Facts } from "../../images/facts.js";
import { factsOf, KIND } from "../../images/labels.js";
import type { Pins } from "../../images/pins.js";

const DAY_MS = 86_400_000;

/** Why an image stays, in the order in which they are told. */
export type Stay = "recent" | "campaign" | "locked" | "base";

export interface StayRules {
  /** Milliseconds since 1970, by this machine's clock. */
  readonly now: number;
  /** What was used within so many days stays, whoever used it. */
  readonly days: number;
  /** Ids of images that recent campaigns of this folder need. */
  readonly inCampaigns: ReadonlySet<string>;
  readonly pins: Pins | null;
}

/** The first reason for which an image stays; null where it may go. Pure. */
export function reasonToStay(image: ImageRecord, rules: StayRules): Stay | null {
  // One made at a time that cannot be read is old; one from a clock that is ahead is new.
  const age = rules.now - Date.parse(lastUse(image));
  if (age < rules.days * DAY_MS) return "recent";
  if (rules.inCampaigns.has(image.id)) return "campaign";
  if (rules.pins !== null && pinned(image, rules.pins)) return "locked";
  return image.labels[KIND] === "base" ? "base" : null;
}

/** When an image was last needed, as far as the engine knows: a run names its images anew each time. */
export function lastUse({ used, created }: ImageRecord): string {
  return used ?? created;
}

function pinned(image: ImageRecord, pins: Pins): boolean {
  if (image.labels[KIND] !== "environment") return false;
  try {
    return pins.holds((factsOf(image) as Facts | null)?.packages ?? {});
  } catch {
    // Not the facts of a vivarium that we know.
    return false;
  }
}
