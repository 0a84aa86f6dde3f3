import { NO_HOLD, type Hold } from "../plan/schedule.js";
import type { FoundHold } from "../result/hold-record.js";
import { describePoint, type HoldPoint } from "../run/scheduled/hold-points.js";
import type { ScheduleRecord } from "../run/scheduled/schedule-record.js";
import type { CellOutcome } from "../run/state/campaign-outcome.js";
import { findHold, type HoldFinding } from "../search/strategy/hold.js";
import { findControls, judgeHold } from "../search/strategy/hold-verdict.js";
import type { Holder } from "./holder.js";

/** Attempts that look for the best hold of a crash, where they take no longer than this. */
const ATTEMPTS = 500;
const LEAST_ATTEMPTS = 120;
const WITHIN_MS = 60_000;
/** Milliseconds of a hold, in the mean of those that are tried, and what an attempt costs beside the program. */
const EACH_MORE_MS = 30;
/** Fresh attempts of the hold and of each of its controls. */
const FRESH = 40;

/** A hold that was found, before its crash's story is known. */
export interface HoldFound extends Omit<FoundHold, "firstAttempt" | "sentences"> {
  readonly record: ScheduleRecord;
}

/**
 * Finds the hold that brings a crash most often, and whether it is the place that does. `known`: holds that it came with; `given`: the hold that was asked for, of
 * which only the latter is a question.
 */
export class HoldFinder {
  constructor(
    private readonly holder: Holder,
    private readonly points: readonly HoldPoint[],
    private readonly known: readonly Hold[],
    private readonly given: Hold | undefined,
  ) {}

  async find(outcome: CellOutcome, seed: number): Promise<HoldFound | null> {
    const { holder, points } = this;
    const { hold, tried } = await this.best(outcome, seed);
    const point = points.find(({ place }) => place === hold?.place);
    if (hold === null || point === undefined) return null;
    const crashesAt = new Map(tried.map(({ place, crashes }) => [place, crashes]));
    const candidates = points.map(({ place, function: name }) => ({
      place,
      group: name ?? "",
      crashes: crashesAt.get(place) ?? 0,
    }));
    const places = await holder.run(findControls(hold, candidates), "places beside it");
    const looked = holder.made;
    const judged = await this.compare(hold, places);
    const record = holder.crashed;
    if (record === null || judged.crashes === 0) return null;
    return {
      hold,
      point,
      ...judged,
      tried: { places: tried.length, attempts: looked },
      record,
    };
  }

  /** The best hold and the places that it was looked for at; null where the crash did not come again. */
  private async best(
    { durations }: CellOutcome,
    seed: number,
  ): Promise<{ hold: Hold | null; tried: HoldFinding["points"] }> {
    if (this.given !== undefined) return { hold: this.given, tried: [] };
    const eachMs = (durations?.median ?? 0) + EACH_MORE_MS;
    const attempts = Math.max(LEAST_ATTEMPTS, Math.min(ATTEMPTS, Math.floor(WITHIN_MS / eachMs)));
    const search = findHold({ points: this.points, known: this.known, seed, attempts });
    const { best, points: tried } = await this.holder.run(search, "looking");
    return { hold: best?.hold ?? null, tried };
  }

  /** Fresh attempts of the hold, of its controls and of none, in turns. */
  private async compare(hold: Hold, places: readonly string[]) {
    const others = places.flatMap((place) => this.points.find((point) => point.place === place) ?? []);
    const arms = [
      { what: "", hold },
      ...others.map((point) => ({
        what: `held as long in ${describePoint(point)}`,
        hold: { ...hold, place: point.place, pass: 1 },
      })),
      { what: "nobody held", hold: NO_HOLD },
    ].map((arm) => ({ ...arm, counted: 0, attempts: 0 }));
    for (let turn = 0; turn < FRESH; turn++) {
      // Who comes first changes, so that nobody always follows the same.
      for (let at = 0; at < arms.length; at++) {
        const arm = arms[(at + turn) % arms.length] as (typeof arms)[number];
        arm.attempts++;
        if ((await this.holder.attempt(arm.hold)).crashed) arm.counted++;
      }
      if ((turn + 1) % 10 === 0) this.holder.progress(`compared: ${turn + 1} of ${FRESH} attempts of each`);
    }
    const [held, ...controls] = arms as [(typeof arms)[number], ...typeof arms];
    const { adjustedPValues, isPlace } = judgeHold(held, controls);
    return {
      crashes: held.counted,
      attempts: held.attempts,
      // Without another place, a delay anywhere might do.
      isPlace: isPlace && others.length > 0,
      controls: controls.map(({ what, counted, attempts }, index) => ({
        what,
        crashes: counted,
        attempts,
        adjustedPValue: adjustedPValues[index] as number,
      })),
    };
  }
}
