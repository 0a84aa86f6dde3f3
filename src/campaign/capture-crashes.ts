import pLimit from "p-limit";
import { mayBeSeenByGdb, mayHideChild } from "../crash/assemble-evidence.js";
import { signatureOfDeadlock } from "../crash/deadlock.js";
import type { NativeCapture } from "../crash/evidence.js";
import { groupSignatures, type KeyGroup, type SignatureGroup } from "../crash/group.js";
import { readAttempt } from "../crash/judge.js";
import { captureKey, programPart } from "../crash/key.js";
import { readCapture } from "../crash/read/capture.js";
import type { Engine, Labels } from "../docker/engine.js";
import type { Binary } from "../images/binary.js";
import type { Cell, Plan } from "../plan/plan.js";
import type { ProgressSink } from "../progress/event.js";
import type { CampaignOutcome, CellOutcome, KeyOutcome } from "../run/state/campaign-outcome.js";
import { captureNative, type Captured } from "../run/capture/capture.js";
import { scheduleText } from "../plan/schedule.js";
import { clockOfRecord } from "../run/scheduled/schedule-record.js";
import type { AttemptPlace } from "./attempt-place.js";
import { childBudget, crashBudget, hangBudget, type LookBudget } from "./look-budget.js";
import type { SettledHolds } from "./settle-holds.js";
import type { SettledSchedules } from "./settle-schedules.js";
import type { RawCapture } from "../run/capture/gdb-answer.js";
import { hangCaptures, hangProblems } from "../run/capture/looks-at-hangs.js";

export interface CaptureOptions {
  readonly engine: Engine;
  /** Where gdb is run; absent: on the engine. */
  readonly place?: Pick<AttemptPlace, "captures">;
  readonly binaries: ReadonlyMap<string, Binary>;
  readonly labels: Labels;
  readonly sink: ProgressSink;
  readonly signal: AbortSignal;
  /** Schedules that crashes come of; absent: they come by themselves. */
  readonly schedules?: SettledSchedules;
  /** Holds that they come of. */
  readonly holds?: SettledHolds;
}

const TURNED_OFF = "gdb was turned off";

/** Why gdb saw nothing of an attempt that ended under the scheduler. */
const NOT_PLAYED =
  "no native trace: its schedule was not found again, and gdb looks at a schedule's own runs";
const NOT_HELD =
  "where to hold a thread, and a native trace: no hold brought it often enough again; more crashes (--until-crashes 5) give more holds to begin with";

/** A hold brings its crash in a part of the runs. */
const HELD_LOOKS = 10;

/**
 * Joins each cell's attempts with what gdb sees in runs of its own, made after the attempts so that they disturb none.
 * By cell id. After an interruption it joins what is there, without gdb.
 */
export async function captureCrashes(
  outcome: CampaignOutcome,
  options: CaptureOptions,
): Promise<Map<string, readonly SignatureGroup[]>> {
  const limit = pLimit(Math.max(1, outcome.plan.parallel));
  const groups = await Promise.all(
    outcome.plan.cells.map((cell, i) =>
      limit(
        async () =>
          [cell.id, await ofCell(cell, outcome.cells[i] as CellOutcome, outcome.plan, options)] as const,
      ),
    ),
  );
  return new Map(groups);
}

async function ofCell(
  cell: Cell,
  made: CellOutcome,
  plan: Plan,
  options: CaptureOptions,
): Promise<SignatureGroup[]> {
  const { keys } = made;
  const read = keys.map((key) => keyGroup(cell, key));
  const binary = options.binaries.get(cell.id);
  if (binary !== undefined && cell.run.schedule !== undefined && !options.signal.aborted)
    return ofScheduled(cell, binary, read, plan, options);
  const wanted = read.filter(mayBeSeenByGdb);
  const failed = read.filter(mayHideChild);
  if (binary === undefined || wanted.length + failed.length === 0) return groupSignatures(read, []);
  if (plan.capture.perSignature === 0) return groupSignatures(withNotes(read, [TURNED_OFF]), []);
  if (options.signal.aborted) return groupSignatures(withNotes(read, ["interrupted before gdb was run"]), []);

  const memory = new CaptureMemory();
  const search: Search = { memory, keys, options };
  const hangs = wanted.filter(({ outcome }) => outcome.kind === "timeout");
  const crashes = wanted.filter((group) => !hangs.includes(group));
  const kept = keys.flatMap((key) => key.kept);
  const seen = hangCaptures(kept);
  const found = [
    await look(cell, binary, crashes, crashBudget(crashes, made, plan.capture), search),
    // Where gdb looked at a counted attempt as it hung, no other run can show more.
    seen.length > 0
      ? { tried: seen.length, captures: seen, problems: hangProblems(kept), groups: hangs }
      : await look(cell, binary, hangs, hangBudget(plan.capture), search),
    await look(cell, binary, failed, childBudget(failed, made, plan.capture), search),
  ];
  const notes = [...found.flatMap(({ problems }) => problems), ...memory.refusals];
  return groupSignatures(
    withNotes(read, [...new Set(notes)]),
    memory.of(found.flatMap(({ captures }) => captures)),
    Object.fromEntries(found.flatMap(({ tried, groups }) => groups.map(({ key }) => [key, tried]))),
  );
}

/** What the looks at one cell share. */
interface Search {
  readonly memory: CaptureMemory;
  readonly keys: readonly KeyOutcome[];
  readonly options: CaptureOptions;
}

/** Looks for groups of one cell until each was seen often enough, or the budget is spent. */
async function look(
  cell: Cell,
  binary: Binary,
  groups: readonly KeyGroup[],
  { each, ...budget }: LookBudget,
  { memory, keys, options }: Search,
): Promise<Pick<Captured, "tried" | "captures" | "problems"> & { readonly groups: readonly KeyGroup[] }> {
  if (groups.length === 0) return { tried: 0, captures: [], problems: [], groups };
  const { engine, labels, signal, sink, place } = options;
  const enough = (raw: readonly RawCapture[]): boolean =>
    budget.children === true
      ? memory.of(raw).some(({ fatal, main }) => fatal && !main)
      : groups.every(
          ({ key }) => memory.of(raw).filter((seen) => captureKey(seen) === programPart(key)).length >= each,
        );
  const captured = await captureNative({
    engine,
    cell,
    binary,
    labels,
    signal,
    sink,
    // On the machine that met the crash: another one may have another kernel or processor.
    ...(place === undefined ? {} : { place: place.captures(metOn(keys)) }),
    budget: { ...budget, enough },
  });
  return { ...captured, groups };
}

/** The machine that met the most frequent end that gdb may see; undefined where there is one machine. */
function metOn(keys: readonly KeyOutcome[]): string | undefined {
  const [first] = [...keys]
    .filter(({ outcome }) => outcome === "crash" || outcome === "timeout")
    .sort((a, b) => b.count - a.count);
  return first?.kept[0]?.node;
}

/** Crashes of a schedule: each is looked at once, in a run of its own schedule. */
async function ofScheduled(
  cell: Cell,
  binary: Binary,
  read: readonly KeyGroup[],
  plan: Plan,
  { engine, labels, signal, sink, schedules, holds }: CaptureOptions,
): Promise<SignatureGroup[]> {
  const memory = new CaptureMemory();
  const raw: RawCapture[] = [];
  const isOff = plan.capture.perSignature === 0;
  const notes = isOff ? [TURNED_OFF] : [];
  const runs: Record<string, number> = {};
  for (const group of isOff ? [] : read.filter(mayBeSeenByGdb)) {
    const played = playedAs(cell, group, schedules, holds);
    if (played === null) continue;
    const { captures, problems, tried } = await captureNative({
      engine,
      cell,
      binary,
      labels,
      signal,
      sink,
      budget: { timeoutMs: plan.capture.timeoutMs, ...played },
    });
    raw.push(...captures);
    notes.push(...problems);
    runs[group.key] = tried;
  }
  const seen = memory.of(raw);
  const named = read.map((group) => {
    const told = schedules?.get(cell.id)?.get(group.key) ?? holds?.get(cell.id)?.get(group.key);
    if (told === undefined && !isOff && mayBeSeenByGdb(group))
      return {
        ...group,
        notes: [...group.notes, cell.run.schedule?.rule === "hold" ? NOT_HELD : NOT_PLAYED],
      };
    return told?.record.deadlock === true ? { ...group, signature: signatureOfDeadlock(told.stuck) } : group;
  });
  return groupSignatures(withNotes(named, [...notes, ...memory.refusals]), seen, runs);
}

/** Runs under gdb that bring a crash: of its schedule one, of its hold some. Null where there are none, or it is a deadlock, which is told by the scheduler. */
function playedAs(
  { id }: Cell,
  { key }: KeyGroup,
  schedules?: SettledSchedules,
  holds?: SettledHolds,
): { readonly attempts: number; readonly schedule: string } | null {
  const told = schedules?.get(id)?.get(key);
  if (told !== undefined && !told.record.deadlock)
    return {
      attempts: 1,
      schedule: scheduleText({
        rule: "play",
        seed: 0,
        switches: [...told.switches],
        ...clockOfRecord(told.record),
      }),
    };
  const held = holds?.get(id)?.get(key);
  if (held === undefined || held.record.deadlock) return null;
  return { attempts: HELD_LOOKS, schedule: scheduleText({ rule: "hold", seed: 0, at: held.hold }) };
}

function keyGroup(cell: Cell, { key, count, firstNumber, outcome, kept }: KeyOutcome): KeyGroup {
  const first = kept[0];
  const reading = first === undefined ? null : readAttempt(cell.build, first);
  return {
    key,
    count,
    firstAttempt: firstNumber,
    outcome: reading?.outcome ?? { kind: outcome, signal: null, exitCode: null },
    goTrace: reading?.goTrace ?? null,
    sanitizer: reading?.sanitizer ?? null,
    output: first?.output ?? null,
    ...(first === undefined ? {} : { memory: { limit: cell.run.limits.memory, peakKiB: first.maxRssKiB } }),
    notes: reading === null || reading.disbelieved === null ? [] : [reading.disbelieved],
  };
}

function withNotes(groups: readonly KeyGroup[], notes: readonly string[]): KeyGroup[] {
  return groups.map((group) =>
    mayBeSeenByGdb(group) ? { ...group, notes: [...group.notes, ...notes] } : group,
  );
}

/** Reads each raw capture once, however often the search asks. */
class CaptureMemory {
  readonly refusals = new Set<string>();
  private readonly read = new Map<RawCapture, NativeCapture | null>();

  /** Those that show an end: a fatal signal, or a hang. */
  of(raw: readonly RawCapture[]): NativeCapture[] {
    return raw.filter(({ fatal, hang }) => fatal || hang).flatMap((capture) => this.one(capture) ?? []);
  }

  private one(raw: RawCapture): NativeCapture | null {
    if (!this.read.has(raw)) {
      const answer = readCapture(raw.json);
      if ("refused" in answer) this.refusals.add(answer.refused);
      this.read.set(raw, "capture" in answer ? answer.capture : null);
    }
    return this.read.get(raw) ?? null;
  }
}
