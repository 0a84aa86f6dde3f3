import type { ProgressEvent, ProgressSink } from "../../src/progress/event.js";
import type { HandClock } from "./screen.js";

/** An `attempts` event with the usual values. */
export function attempts(
  cell: string,
  done: number,
  more: Partial<Extract<ProgressEvent, { kind: "attempts" }>> = {},
): ProgressEvent {
  return {
    kind: "attempts",
    cell,
    done,
    of: 3000,
    counted: 0,
    low: 0,
    high: 0.0123,
    perSecond: 420,
    leftMs: 12_000,
    leftAtMost: false,
    ...more,
  };
}

/** The events of a small campaign: two images (one cached), two cells, a warning. Stops in the middle of it. */
export function halfway(sink: ProgressSink, clock: HandClock): void {
  sink({ kind: "step-started", id: "i1", title: "building image glibc-2.36" });
  clock.advance(1500);
  sink({ kind: "step-output", id: "i1", line: "Step 3/7 : RUN apt-get install -y gcc libc6-dev gdb" });
  sink({ kind: "step-started", id: "i2", title: "building image musl-1.2.3" });
  clock.advance(200);
  sink({ kind: "step-ended", id: "i2", title: "building image musl-1.2.3", status: "cached", ms: 200 });
  clock.advance(63_000);
  sink({ kind: "step-ended", id: "i1", title: "building image glibc-2.36", status: "done", ms: 64_700 });
  sink({ kind: "note", level: "warning", text: "attempts run 2 at a time: load changes rates" });
  sink(attempts("glibc-2.36", 1200, { counted: 12, low: 0.0041, high: 0.0223 }));
  sink(attempts("musl-1.2.3", 1150, { high: 0.0058, leftMs: 185_000 }));
  sink({ kind: "step-started", id: "c1", title: "capturing SIGSEGV in getpwuid_r" });
  clock.advance(5_000);
}

/** The rest of it. */
export function finish(sink: ProgressSink, clock: HandClock): void {
  sink({
    kind: "step-ended",
    id: "c1",
    title: "capturing SIGSEGV in getpwuid_r",
    status: "failed",
    ms: 5_000,
  });
  sink(attempts("glibc-2.36", 3000, { counted: 31, low: 0.0063, high: 0.0157, leftMs: 0 }));
  sink(attempts("musl-1.2.3", 3000, { high: 0.0026, leftMs: 0 }));
  clock.advance(100);
}
