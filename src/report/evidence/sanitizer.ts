import type { SanitizerFrame, SanitizerReport } from "../../crash/evidence.js";
import { clipLine } from "../../text/clip.js";
import { counted } from "../../text/numbers.js";

function frameLine(frame: SanitizerFrame, index: number): string {
  const place =
    frame.file !== null
      ? ` ${frame.file}${frame.line === null ? "" : `:${frame.line}`}`
      : frame.module === null
        ? ""
        : ` (${frame.module}${frame.offset === null ? "" : `+${frame.offset}`})`;
  return clipLine(`    #${index} ${frame.function ?? "??"}${place}`);
}

/** A sanitizer's report as it prints it, without addresses, each stack of at most `max` frames. */
export function sanitizerLines({ tool, message, frames, others }: SanitizerReport, max: number): string[] {
  const stacks = [{ title: `${tool}: ${message}`, frames }, ...others];
  return stacks.flatMap(({ title, frames: stack }) => {
    const left = stack.length - max;
    return [
      clipLine(title),
      ...stack.slice(0, max).map(frameLine),
      ...(left > 0 ? [`    (${counted(left, "more frame")})`] : []),
    ];
  });
}
