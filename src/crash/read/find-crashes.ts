import type { Examples } from "./example/examples.js";
import type { Finding, Found, Placed, Rank } from "./finding.js";
import { joinWords } from "./join-words.js";
import { withoutRepeats } from "./without-repeats.js";
import { withSignals } from "./with-signals.js";
import { READERS } from "./readers.js";
import type { Stream } from "./unwrap/stream.js";

/**
 * Every crash in the streams of a log. Each death counts once: what is said before an abort belongs to the report of it, and of those who
 * only waited for the process is heard where nobody else tells of a crash. What is
 * an example in a document is nobody's death.
 */
export function findCrashes(streams: readonly Stream[], examples: Examples): Placed[] {
  const each = streams.map((stream) => {
    const found = readAll(stream).filter((one) => !examples.has(stream.place(one.finding.from), whatIs(one)));
    return joinWords(withSignals(found)).map((one) => placedIn(stream, one));
  });
  const all = withoutRepeats(signalsOfOthers(each.flat()));
  return all
    .filter((one) => one.rank !== "status" || (isNews(one, all) && !isSaidOfService(one, all)))
    .sort((a, b) => a.first - b.first);
}

/** A report has more than its first line, which alone is a quotation as easily as anybody's words. */
function whatIs({ rank, finding: { from, to } }: Found): Rank {
  return rank === "report" && to - from === 1 ? "words" : rank;
}

/** Who waited may write into another stream than who looked: systemd, of what systemd-coredump shows. */
function signalsOfOthers(all: readonly Placed[]): Placed[] {
  const inFile = all.map((one) => ({
    ...one,
    finding: { ...one.finding, from: one.first, to: one.last + 1 },
  }));
  return withSignals(inFile).map(({ finding }, i) => {
    const one = all[i] as Placed;
    if (finding.outcome.signal === one.finding.outcome.signal) return one;
    return {
      ...one,
      finding: { ...finding, from: one.finding.from, to: one.finding.to },
      first: finding.from,
      last: finding.to - 1,
    };
  });
}

/** Whether a word of who waited tells of a crash that nobody else tells of: an abort is told by what was said before it. */
function isNews({ finding }: Placed, all: readonly Placed[]): boolean {
  const { signal } = finding.outcome;
  const said = all.filter(({ rank }) => rank === "words");
  const saysWhy =
    said.length > 0 && (signal === null || said.some((words) => words.finding.outcome.signal === signal));
  return !all.some(({ rank }) => rank === "report") && !saysWhy;
}

/** Whether docker compose says at its end of a service how it ended, which the service's own lines have said. */
function isSaidOfService({ finding, first }: Placed, all: readonly Placed[]): boolean {
  const { program, outcome } = finding;
  return (
    typeof program === "string" &&
    all.some(
      (other) =>
        other.service === program &&
        other.rank === "status" &&
        other.finding.outcome.signal === outcome.signal &&
        other.first < first,
    )
  );
}

/** What all readers find, without what lies within a finding of an earlier one. */
function readAll(stream: Stream): Found[] {
  const taken = new Intervals();
  return READERS.flatMap(({ source, rank, trigger, read }) => {
    if (!stream.text.has(trigger)) return [];
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
  const [first, last] = [stream.place(finding.from), stream.place(finding.to - 1)];
  return { source, rank, finding, first, last, service: stream.service };
}
