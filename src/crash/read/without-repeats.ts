import type { Thread } from "../evidence.js";
import type { Placed } from "./finding.js";

/** So far apart may two stand who tell of one process. */
const MAX_APART = 400;
/** And so far a report without a stack from the debugger's session in which somebody then looked at it. */
const MAX_BEFORE_SESSION = 80;
const SESSIONS: ReadonlySet<string> = new Set(["gdb", "lldb"]);

/**
 * Each death once: the kernel, systemd-coredump, abrt and a debugger tell of the same process, which its number shows, and a report without a
 * stack is that of the session behind it. The one that shows the most stays.
 */
export function withoutRepeats(all: readonly Placed[]): Placed[] {
  const reports = all.filter(({ rank }) => rank === "report").sort((a, b) => a.first - b.first);
  const dropped = new Set<Placed>();
  const told = new Map<Placed, Placed>();
  const last = new Map<number, Placed>();
  reports.forEach((one, i) => {
    const next = reports[i + 1];
    if (next !== undefined && isShownBy(one, next)) return void dropped.add(one);
    const process = processOf(one);
    const other = process === 0 ? undefined : last.get(process);
    if (other === undefined || !isSame(other, one)) return void last.set(process, one);
    const [less, more] = shownBy(one) > shownBy(other) ? [other, one] : [one, other];
    dropped.add(less);
    last.set(process, more);
    // The kernel tells the signal and the address, systemd-coredump the stack.
    if (more.finding.outcome.signal === null) told.set(more, less);
  });
  return all.filter((one) => !dropped.has(one)).map((one) => withTold(one, told.get(one)));
}

function withTold(one: Placed, other: Placed | undefined): Placed {
  const signal = other?.finding.outcome.signal ?? null;
  const finding = signal === null ? undefined : one.finding.withSignal?.(signal);
  if (finding === undefined || other === undefined) return one;
  return { ...one, finding, first: Math.min(one.first, other.first), last: Math.max(one.last, other.last) };
}

function isShownBy(report: Placed, session: Placed): boolean {
  return (
    !SESSIONS.has(report.source) &&
    SESSIONS.has(session.source) &&
    framesOf(report) === 0 &&
    framesOf(session) > 0 &&
    report.finding.outcome.kind === "crash" &&
    agree(report, session) &&
    session.first - report.last <= MAX_BEFORE_SESSION
  );
}

function isSame(a: Placed, b: Placed): boolean {
  return a.source !== b.source && agree(a, b) && Math.abs(b.first - a.last) <= MAX_APART;
}

function agree({ finding: a }: Placed, { finding: b }: Placed): boolean {
  const { signal } = a.outcome;
  return signal === null || b.outcome.signal === null || signal === b.outcome.signal;
}

function threadOf({ finding }: Placed): Thread | undefined {
  const threads = finding.evidence?.threads ?? finding.known.capture?.threads ?? [];
  return threads.find(({ crashed }) => crashed) ?? threads[0];
}

function processOf(one: Placed): number {
  return threadOf(one)?.lwp ?? 0;
}

function framesOf(one: Placed): number {
  return threadOf(one)?.frames.filter(({ function: name }) => name !== null).length ?? 0;
}

/** What a report shows of where the process was: a file without a function is less than one, and more than nothing. */
function shownBy(one: Placed): number {
  const hasFile = threadOf(one)?.frames.some(
    ({ function: name, module }) => name === null && module !== null,
  );
  return framesOf(one) + (hasFile === true ? 0.5 : 0);
}
