import * as z from "zod";
import { badRequest } from "../failure.js";

/** Numbers that stay exact on their way through JSON. */
const Whole = z.int().nonnegative();
/** Threads that a schedule can name; the scheduler itself stops at 512 at a time. */
const Thread = z.int().min(0).max(65_535);

/** One switch of a schedule: thread `from` is stopped, and `to` goes on. What each field means is in scheduler/switches.h. */
export const Switch = z.strictObject({
  /** A thread by its number in the order of birth; 0 is the program's first. */
  from: Thread,
  to: Thread,
  /**
   * `chosen` by the scheduler, or so before (`calling`) or after (`called`) a system call; or `from` could not go on: it `waits` or `ends`; `fair`: it did
   * nothing but hold the others up.
   */
  why: z.enum(["chosen", "waits", "ends", "fair", "calling", "called"]),
  /** `path+0xoffset` of the instruction that `from` is about to run; `-` where it could not go on. */
  place: z
    .string()
    .max(300)
    .regex(/^(-|\/[^\n]*\+0x[0-9a-f]{1,16})$/),
  /** For the how many-th time it was about to run it (or could not go on, or made a system call) since it is under control. */
  pass: Whole,
  /** Instructions that it had run by then, for readers. */
  steps: Whole,
  /** `to` goes on because the time of its sleep, or the time limit of its wait, is over; for readers. */
  wakes: z.enum(["sleep", "limit"]).optional(),
});
export type Switch = z.infer<typeof Switch>;

/** Whether two lists mean the same event by it: where a thread was stopped, and for the how many-th time; who goes on may differ. */
export function isSameStop(one: Switch, other: Switch): boolean {
  return (
    one.from === other.from && one.place === other.place && one.pass === other.pass && one.why === other.why
  );
}

/** A thread is held when it comes to a place for the `pass`-th time that any thread does (scheduler/rules/held.h); place `-`: none is, and all else is the same. */
export const Hold = z.strictObject({
  place: Switch.shape.place,
  pass: z.int().min(1).max(1e9),
  ms: z.int().min(1).max(60_000),
});
export type Hold = z.infer<typeof Hold>;

/** Nobody is held: what a hold is compared with. */
export const NO_HOLD: Hold = { place: "-", pass: 1, ms: 1 };

/** More do not fit into what the runner takes in one command. */
const MOST_SWITCHES = 16_384;
export const RULES = ["search", "random", "pct", "preempt", "hold"] as const;
/** Rules that a search takes in turn (scheduler/rules/rule.h). */
export const SEARCHED_RULES = 9;
const DEPTH_MOST = 64;

/**
 * Time of day and random numbers follow from the attempt's number and the seed (scheduler/calls/clock.h), or, in a list that is played, from the number of the clock that it
 * was found with.
 */
const FixClock = z.union([
  z.literal(true),
  z
    .int()
    .min(2)
    .max(2 ** 31),
]);
const fixClock = FixClock.optional();

/** How the scheduler is to choose: by a rule, or by a list. */
export const ScheduleRequest = z.union([
  z.strictObject({ rule: z.literal("search"), fixClock }),
  z.strictObject({ rule: z.literal("random"), mean: z.int().min(1).max(1e9).optional(), fixClock }),
  z.strictObject({ rule: z.enum(["pct", "preempt"]), depth: z.int().min(1).max(DEPTH_MOST), fixClock }),
  /** Without `at`, each attempt has a hold of its own, drawn from the places that threads share. */
  z.strictObject({ rule: z.literal("hold"), at: Hold.optional(), program: z.string().optional() }),
  z.strictObject({
    rule: z.literal("play"),
    switches: z.array(Switch).max(MOST_SWITCHES),
    fixClock,
    /** sha256 of the program that its places are in; absent where that is not known. */
    program: z.string().optional(),
  }),
]);
export type ScheduleRequest = z.infer<typeof ScheduleRequest>;

/** A request with the seed that its random numbers are drawn from; each attempt has its own numbers, by its number. */
export type SchedulePlan = ScheduleRequest & { readonly seed: number };

const DEFAULT_DEPTH = 3;
const DEFAULT_PREEMPTIONS = 2;

/** `search`, `hold`, `random`, `random=50` (mean steps between switches), `pct`, `pct=3` (depth), `preempt=2` (switches). Null for any other word. */
export function parseRule(text: string): ScheduleRequest | null {
  if (text === "search" || text === "hold") return { rule: text };
  const match = /^(random|pct|preempt)(?:=(\d{1,9}))?$/.exec(text);
  if (match === null) return null;
  const number = match[2] === undefined ? undefined : Number(match[2]);
  const asked =
    match[1] === "random"
      ? { rule: "random", ...(number === undefined ? {} : { mean: number }) }
      : { rule: match[1], depth: number ?? (match[1] === "pct" ? DEFAULT_DEPTH : DEFAULT_PREEMPTIONS) };
  const parsed = ScheduleRequest.safeParse(asked);
  if (parsed.success) return parsed.data;
  throw badRequest(
    `--schedule ${text}: ${number} is out of range`,
    `random=STEPS takes 1 or more, ${"pct and preempt"} 1 to ${DEPTH_MOST}`,
  );
}

/** The words that a person uses for it: `random`, `pct of depth 3`, `a schedule of 4 switches`. */
export function describeSchedule(schedule: ScheduleRequest): string {
  switch (schedule.rule) {
    case "search":
      return `${SEARCHED_RULES} rules in turn`;
    case "random":
      return schedule.mean === undefined
        ? "random switches"
        : `random switches every ${schedule.mean} steps in the mean`;
    case "pct":
      return `random priorities that change ${schedule.depth - 1} times (PCT of depth ${schedule.depth})`;
    case "preempt":
      return `at most ${schedule.depth} switches at instructions that other threads can see`;
    case "hold":
      return schedule.at === undefined
        ? "one thread held at one place, another in each attempt, while all others run freely"
        : "one thread held at a given place, while all others run freely";
    case "play":
      return `a given schedule of ${schedule.switches.length} ${schedule.switches.length === 1 ? "switch" : "switches"}`;
  }
}

/** The clock that a schedule is made or played with, where it has one of its own. */
export function clockOf(schedule: ScheduleRequest | undefined): {
  readonly fixClock?: z.infer<typeof FixClock>;
} {
  if (schedule === undefined || schedule.rule === "hold" || schedule.fixClock === undefined) return {};
  return { fixClock: schedule.fixClock };
}

/** What the runner is told (scheduler/request.h). */
export function scheduleText(schedule: SchedulePlan): string {
  const [first, ...lines] = requestLines(schedule);
  const { fixClock: clock } = clockOf(schedule);
  return [clock === undefined ? first : `${first} fixed=${clock === true ? 1 : clock}`, ...lines].join("\n");
}

function requestLines(schedule: SchedulePlan): string[] {
  switch (schedule.rule) {
    case "search":
      return [`search seed=${schedule.seed}`];
    case "random":
      return [`random seed=${schedule.seed} mean=${schedule.mean ?? 0}`];
    case "pct":
    case "preempt":
      return [`${schedule.rule} seed=${schedule.seed} depth=${schedule.depth}`];
    case "hold": {
      const { at } = schedule;
      return [`hold seed=${schedule.seed}`, ...(at === undefined ? [] : [`${at.pass} ${at.ms} ${at.place}`])];
    }
    case "play":
      return ["play", ...schedule.switches.map(switchLine)];
  }
}

function switchLine({ from, steps, pass, to, why, place }: Switch): string {
  return `${from} ${steps} ${pass} ${to} ${why} ${place}`;
}

/** `schedules/SIGNATURE.json` in a campaign's folder, and what `--schedule FILE` takes. */
export const ScheduleFile = z.strictObject({
  schema: z.literal("vivarium/schedule/1"),
  repro: z.string(),
  environment: z.string(),
  /** The crash that comes of it, in words, and its signature. */
  crash: z.string(),
  signature: z.string(),
  /** sha256 of the program: places are offsets in its files. */
  program: z.string(),
  found: z.strictObject({
    /** The rule in words. */
    by: z.string(),
    seed: Whole,
    attempt: z.int().positive(),
    /** Switches of the attempt that found it. */
    switches: Whole,
  }),
  /** Attempts of this very list, and how many of them ended in the crash. */
  played: z.strictObject({ attempts: Whole, crashes: Whole }).optional(),
  /** The schedule in words, a sentence each. */
  story: z.array(z.string()).optional(),
  switches: z.array(Switch).max(MOST_SWITCHES),
  /** In place of switches: where one thread is held, while all others run freely. */
  hold: Hold.optional(),
  /** The clock and the random numbers that it was found with, and is played with. */
  fixClock,
});
export type ScheduleFile = z.infer<typeof ScheduleFile>;

/** How often a schedule is played, to say how surely its crash comes of it. */
export const PLAYS = 100;

/** The rule that plays the schedule of a file (or makes attempts with its hold), in the program that it was found in. */
export function playOf({ program, switches, hold, fixClock: clock }: ScheduleFile): ScheduleRequest {
  const known = /^[0-9a-f]{64}$/.test(program) ? { program } : {};
  if (hold !== undefined) return { rule: "hold", at: hold, ...known };
  return { rule: "play", switches, ...(clock === undefined ? {} : { fixClock: clock }), ...known };
}
