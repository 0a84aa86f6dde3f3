import type { Finding, Found, Rank } from "./finding.js";
import { joinWords } from "./join-words.js";
import { withSignals } from "./with-signals.js";
import { READERS } from "./readers.js";
import type { Stream } from "./unwrap/stream.js";

/** A finding, who made it, and its lines in the log as it was given (from 0, both included). */
export interface Placed {
  readonly source: string;
  readonly rank: Rank;
  readonly finding: Finding;
  readonly first: number;
  readonly last: number;
}

/**
 * Every crash in the streams of a log. Each death counts once: what is said before an abort belongs to the report of it, and of those who
 * only waited for the process is heard where nobody else tells of a crash.
 */
export function findCrashes(streams: readonly Stream[]): Placed[] {
  const all = streams.flatMap((stream) =>
    joinWords(withSignals(readAll(stream))).map((found) => placedIn(stream, found)),
  );
  return all.filter((one) => one.rank !== "status" || isNews(one, all)).sort((a, b) => a.first - b.first);
}

/** Whether a word of who waited tells of a crash that nobody else tells of: an abort is told by what was said before it. */
function isNews({ finding }: Placed, all: readonly Placed[]): boolean {
  const { signal } = finding.outcome;
  const words = all.some(({ rank }) => rank === "words");
  return !all.some(({ rank }) => rank === "report") && !(words && (signal === null || signal === "SIGABRT"));
}

/** What all readers find, without what lies within a finding of an earlier one. */
function readAll(stream: Stream): Found[] {
  const taken = new Intervals();
  return READERS.flatMap(({ source, rank, trigger, read }) => {
    if (!trigger.test(stream.text)) return [];
    const found = read(stream)
      .filter((finding) => rank !== "report" || !taken.has(finding))
      .map((finding) => ({ source, rank, finding }));
    if (rank === "report") for (const { finding } of found) taken.add(finding);
    return found;
  });
}

/** The lines that findings take. */
class Intervals {
  private readonly starts: Pick<Finding, "from" | "to">[] = [];

  add({ from, to }: Finding): void {
    this.starts.push({ from, to });
  }

  /** Readers find few crashes: no tree is needed. */
  has(finding: Finding): boolean {
    return this.starts.some(({ from, to }) => finding.from < to && from < finding.to);
  }
}

function placedIn(stream: Stream, { source, rank, finding }: Found): Placed {
  return { source, rank, finding, first: stream.place(finding.from), last: stream.place(finding.to - 1) };
}
