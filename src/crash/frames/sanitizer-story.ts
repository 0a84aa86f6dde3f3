import type { Explanation, SanitizerFrame, SanitizerReport } from "../evidence.js";
import { messageShape } from "./go-story.js";
import { raceStory } from "./race-story.js";
import { GO_RACE } from "../go-race-detector.js";
import { givesUpAt } from "../read/stack/machinery.js";
import { isSanitizersOwn } from "../read/sanitizer/frame.js";
import { endsProcess } from "./native-story.js";
import { shownName, symbolName } from "../symbol.js";
import { baseName } from "../source-place.js";

const MAX_FRAMES = 4;
const START = /^(?:_*libc_start_\w+|_start|start_thread|_*clone3?|\(below main\))$/;
/** A sanitizer's own thread and exception machinery. */
const MACHINERY = /^_*(?:asan|ubsan|tsan|lsan|hwasan|msan|rtsan|sanitizer|fuzzer|asan\.module_\w+)(?:_|::|$)/;

/** `AddressSanitizer: heap-use-after-free in use, called from main`, and what makes it up. */
export function sanitizerStory(report: SanitizerReport): {
  readonly parts: string[];
  readonly title: string;
} {
  if (report.tool === GO_RACE) return raceStory(report);
  const named = namedFrames(report.frames);
  const [innermost, caller] = named;
  const parts = ["sanitizer", report.tool, messageShape(report.kind)];
  const what = `${report.tool}: ${report.kind}`;
  if (innermost === undefined) {
    if (report.place === null) return { parts, title: what };
    const file = baseName(report.place.file);
    // A line is all that tells one place from another here, though it moves with the source.
    return {
      parts: [...parts, file, String(report.place.line)],
      title: `${what} at ${file}:${report.place.line}`,
    };
  }
  const called = caller === undefined || caller === innermost ? "" : `, called from ${caller}`;
  return { parts: [...parts, ...named.slice(0, 2)], title: `${what} in ${innermost}${called}` };
}

/** The report in words: what, where, and the other places that it names. */
export function explainSanitizer(report: SanitizerReport): Explanation {
  const { tool, kind, access, size, place, message } = report;
  const how =
    access === null ? "" : `: ${access}${size === null ? "" : ` of ${size} byte${size === 1 ? "" : "s"}`}`;
  const what = tool === "UndefinedBehaviorSanitizer" ? message : `${kind}${how}`;
  const stack = chain(report.frames);
  const where = stack === null ? (place === null ? "" : ` at ${place.file}:${place.line}`) : `, in ${stack}`;
  const facts = report.others.flatMap(({ title, frames }) => {
    const stack = chain(frames);
    return stack === null ? [] : [`${title}: ${stack}`];
  });
  return {
    kind: "sanitizer",
    // A sanitizer is a part of the program, as valgrind is not.
    text: `${tool} says${tool.endsWith("Sanitizer") ? ", in the program's own words" : ""}: ${what}${where}`,
    operand: null,
    facts,
  };
}

function chain(frames: readonly SanitizerFrame[]): string | null {
  const names = namedFrames(frames);
  return names.length === 0 ? null : names.slice(0, MAX_FRAMES).join(" <- ");
}

/**
 * Names as the author wrote them; of the sanitizer's own frames only the libc function that the innermost stands for, which fortified
 * headers name once more. How the process ended (raise, abort) is no part of it.
 */
function namedFrames(frames: readonly SanitizerFrame[]): string[] {
  const own = frames.findIndex((frame) => !isSanitizersOwn(frame));
  const kept = own === -1 ? frames.slice(0, 1) : frames.slice(Math.max(0, own - 1));
  const names = kept.flatMap((frame) => {
    if (frame.function === null || START.test(frame.function) || MACHINERY.test(frame.function)) return [];
    return [shownName(symbolName(frame.function).replace(/^_*(?:interceptor|wrap)_/, ""))];
  });
  const ended = names.findIndex((name) => !endsProcess(name));
  const gaveUp = givesUpAt(names) + 1;
  const fault = gaveUp < names.length ? Math.max(ended, gaveUp) : ended;
  const twice = fault === 0 && own > 0 && names[0] === names[1];
  return names.slice(twice ? 1 : Math.max(0, fault));
}
