import type { SanitizerFrame, SanitizerReport } from "../evidence.js";
import { goName, goTitle } from "./go-story.js";

const MACHINERY = /^(?:runtime[./]|internal\/runtime\/|sync[./]|testing\.)/;

/**
 * The two accesses of a race that Go's race detector reports: `DATA RACE: write in main.(*counter).bump, previous write in
 * main.read`. Which of the two came first is chance, so that the name does not depend on it.
 */
export function raceStory({ access, frames, others }: SanitizerReport): {
  readonly parts: string[];
  readonly title: string;
} {
  const previous = others.find(({ title }) => title.startsWith("previous "));
  const [one, two] = [innermost(frames), innermost(previous?.frames ?? [])];
  const names = [one, two].flatMap((frame) => (frame?.function ? [goName(frame.function)] : []));
  const before = /^previous (?:atomic )?(\w+)/.exec(previous?.title ?? "")?.[1] ?? "access";
  const second = two?.function ? `, previous ${before} in ${goTitle(two.function)}` : "";
  const first = one?.function ? `: ${access ?? "access"} in ${goTitle(one.function)}` : "";
  return { parts: ["sanitizer", "go race", ...[...names].sort()], title: `DATA RACE${first}${second}` };
}

function innermost(frames: readonly SanitizerFrame[]): SanitizerFrame | undefined {
  return frames.find(({ function: name }) => name !== null && !MACHINERY.test(name)) ?? frames[0];
}
