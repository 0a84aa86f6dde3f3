import { badRequest } from "../failure.js";
import { durationMs } from "../manifest/units.js";
import type { StopRule } from "./plan.js";
import type { StopRequest } from "./request.js";

/**
 * Attempts of each cell where nothing is asked for: enough to see a crash of one in nine with 95 %, and to say of two cells that
 * always or never crash that a difference of half the attempts is excluded.
 */
export const DEFAULT_RUNS = 25;
const DEFAULT_CAP = 100_000;

/**
 * The one stop rule that was asked for; two at once have no single right estimate, so they are refused. But `--for` may bound `--until-crashes`: a
 * confidence sequence is right for whichever comes first.
 */
export function stopRule(request: StopRequest): StopRule {
  const asked = [
    request.runs !== undefined && "--runs",
    request.untilCrashes !== undefined && "--until-crashes",
    request.for !== undefined && request.untilCrashes === undefined && "--for",
    request.untilDecided === true && "--until-decided",
  ].filter((flag) => flag !== false);
  if (asked.length > 1) {
    throw badRequest(
      `${asked.join(" and ")} exclude each other`,
      "an interval is right for one stop rule: choose one",
    );
  }
  const cap = request.cap ?? DEFAULT_CAP;
  if (request.untilCrashes !== undefined) {
    return {
      kind: "until-crashes",
      crashes: positive(request.untilCrashes, "--until-crashes"),
      cap: positive(cap, "--cap"),
      ...(request.for === undefined ? {} : { withinMs: durationMs(request.for, "--for") }),
    };
  }
  if (request.for !== undefined) return { kind: "for", durationMs: durationMs(request.for, "--for") };
  if (request.untilDecided === true) return untilDecided(request, positive(cap, "--cap"));
  return { kind: "runs", runs: positive(request.runs ?? DEFAULT_RUNS, "--runs") };
}

function untilDecided({ rate: asked, least }: StopRequest, cap: number): StopRule {
  const rate = asked ?? null;
  if (rate !== null && !(rate > 0 && rate < 1)) throw badRequest(`--rate ${rate}: not between 0 and 1`);
  return { kind: "until-decided", rate, cap, ...(least === undefined ? {} : { least }) };
}

/** Milliseconds after which no attempt of a campaign begins; Infinity where its time is not bounded. */
export function timeLimit(stop: StopRule): number {
  if (stop.kind === "for") return stop.durationMs;
  return (stop.kind === "until-crashes" ? stop.withinMs : undefined) ?? Infinity;
}

/** The stop rule in words, for results and reports. */
export function describeStop(stop: StopRule): string {
  switch (stop.kind) {
    case "runs":
      return `${stop.runs} attempts in each environment`;
    case "until-crashes":
      return `until ${stop.crashes} were counted in each environment, at most ${stop.cap} attempts${
        stop.withinMs === undefined ? "" : ` and ${stop.withinMs / 1000} s`
      }`;
    case "for":
      return `for ${stop.durationMs / 1000} s`;
    case "until-decided":
      return stop.rate === null
        ? `until each environment is told from the baseline, ${attemptsOf(stop)}`
        : `until a rate of ${stop.rate} is excluded, ${attemptsOf(stop)}`;
  }
}

function attemptsOf({ cap, least = 1 }: Extract<StopRule, { kind: "until-decided" }>): string {
  return least > 1 ? `with ${least} to ${cap} attempts each` : `at most ${cap} attempts`;
}

function positive(value: number, flag: string): number {
  if (!Number.isSafeInteger(value) || value < 1)
    throw badRequest(`${flag} ${value}: not a whole number above 0`, `for example: ${flag} 20`);
  return value;
}
