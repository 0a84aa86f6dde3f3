import type { GoFrame, Goroutine, GoTrace } from "../../crash/evidence.js";
import { endFrames, isOfGo } from "../../crash/frames/go-story.js";
import { clipLine } from "../../text/clip.js";
import { counted } from "../../text/numbers.js";
import { baseName } from "../../crash/source-place.js";

/** `main.main()` and, below, its place: two lines, as Go prints them. */
function frameLines(frame: GoFrame): string[] {
  const call = `${frame.function}${frame.args === null ? "" : `(${frame.args})`}`;
  if (frame.file === null) return [clipLine(call)];
  const line = frame.line === null ? "" : `:${frame.line}`;
  const offset = frame.offset === null ? "" : ` +${frame.offset}`;
  return [clipLine(call), clipLine(`    ${frame.file}${line}${offset}`)];
}

function stackLines(frames: readonly GoFrame[], max: number): string[] {
  const left = frames.length - max;
  return [
    ...frames.slice(0, max).flatMap(frameLines),
    ...(left > 0 ? [`...${counted(left, "more frame")} left out of this report...`] : []),
  ];
}

/** Go says that it left frames out, and since 1.15 how many. */
function elidedLines({ elided }: Goroutine): string[] {
  if (elided === 0) return [];
  return [elided === null ? "...additional frames elided by Go..." : `...${elided} frames elided by Go...`];
}

/** One goroutine with its header, `goroutine 1 [syscall, locked to thread]:`. */
export function goroutineLines(goroutine: Goroutine, max: number): string[] {
  const facts = [
    goroutine.state,
    ...(goroutine.waitMinutes === null ? [] : [`${goroutine.waitMinutes} minutes`]),
    ...(goroutine.lockedToThread ? ["locked to thread"] : []),
  ];
  const { createdBy } = goroutine;
  return [
    clipLine(`goroutine ${goroutine.id} [${facts.join(", ")}]:`),
    ...stackLines(goroutine.frames, max),
    ...elidedLines(goroutine),
    ...(createdBy === null
      ? []
      : [
          clipLine(
            `created by ${createdBy.function}${createdBy.goroutine === null ? "" : ` in goroutine ${createdBy.goroutine}`}`,
          ),
          ...(createdBy.file === null ? [] : [clipLine(`    ${createdBy.file}:${createdBy.line ?? "?"}`)]),
        ]),
  ];
}

/** The signal line of a trace in the form of Go 1.7 to 1.20, whichever Go printed it. */
function signalLine(signal: NonNullable<GoTrace["signal"]>): string {
  const facts = [
    ...(signal.code === null ? [] : [`code=${signal.code}`]),
    ...(signal.address === null ? [] : [`addr=${signal.address}`]),
    ...(signal.pc === null ? [] : [`pc=${signal.pc}`]),
    ...(signal.duringCgo ? ["during cgo execution"] : []),
  ];
  return clipLine(`[signal ${signal.name} ${facts.join(" ")}]`);
}

/**
 * Go's account of the death: its errors, the signal, the runtime's stack, the goroutine that crashed and at most `others`
 * of the rest; stacks of at most `frames`.
 */
export function goLines(trace: GoTrace, limits: { frames: number; others: number }): string[] {
  const { crashed } = trace;
  const first = crashed === null ? undefined : trace.goroutines[crashed];
  const rest = trace.goroutines.filter((goroutine) => goroutine !== first);
  const shown = [...(first ? [first] : []), ...rest.slice(0, limits.others + (first ? 0 : 1))];
  const left = trace.goroutines.length - shown.length;
  const sections = [
    [...new Set([trace.message, ...trace.errors])].slice(0, 8).map((line) => clipLine(line)),
    trace.signal === null ? [] : [signalLine(trace.signal)],
    trace.runtimeStack.length === 0
      ? []
      : ["", "runtime stack:", ...stackLines(trace.runtimeStack, limits.frames)],
    ...shown.map((goroutine) => ["", ...goroutineLines(goroutine, limits.frames)]),
    left > 0 ? ["", `(${counted(left, "more goroutine")})`] : [],
  ];
  return sections.flat();
}

/** Functions of the stack that crashed, innermost first, without those of the runtime that carry every call; a recursion is one. */
export function goCalls(trace: GoTrace, max: number): string[] {
  const frames = endFrames(trace);
  const own = frames.filter((frame) => !frame.function.startsWith("runtime."));
  const calls: { name: string; times: number }[] = [];
  const told = own.length > 0 ? own : frames;
  const place = placeOf(told.find((frame) => !isOfGo(frame) && !/\b_cgo_\w+\.go$/.test(frame.file ?? "")));
  for (const { function: name } of told) {
    const last = calls.at(-1);
    if (last?.name === name) last.times++;
    else calls.push({ name, times: 1 });
  }
  return calls.slice(0, max).map(({ name, times }) => {
    const often = times === 1 ? "" : ` (${times} times)`;
    return `${clipLine(name, 120)}${name === place?.name ? ` ${place.text}` : ""}${often}`;
  });
}

/** Where the first function stands that is the program's own. */
function placeOf(frame: GoFrame | undefined): { readonly name: string; readonly text: string } | null {
  if (frame === undefined || frame.file === null || frame.line === null) return null;
  return {
    name: frame.function,
    text: `(${baseName(frame.file)}:${frame.line})`,
  };
}
