import type { Job } from "../../docker/swarm/swarm.js";
import { infrastructure, type Failure } from "../../failure.js";
import { oneLine } from "../../text/printable.js";
import { BrokenFrame, FrameDecoder } from "../runner/frame.js";
import { decodeAnswer, PROTOCOL, type Answer, type ReportedAttempt } from "../runner/protocol.js";

/** A job's frames end lines of its log. */
const NEWLINE = 0x0a;
/** A runner at work says something every five seconds, whatever its attempts do. */
const STALL_MS = 90_000;

/** What a job is to report: the attempts `first` … `first + count - 1`, in frames of at most `bound` bytes. */
export interface JobOrder {
  readonly first: number;
  readonly count: number;
  readonly bound: number;
  /** What a person calls it: the environment. */
  readonly what: string;
}

/**
 * The attempts that a job's log reports, in order, batch by batch. A log counts up to its last whole frame, and is complete only with the frame
 * that says so; everything else is a Failure("infrastructure"), with what was yielded by then counted.
 */
export async function* jobAnswers(job: Job, order: JobOrder): AsyncGenerator<readonly ReportedAttempt[]> {
  const { first, count, what } = order;
  const report = new Report(job, order);
  for await (const answer of answersOf(job, order)) {
    const attempts = report.take(answer);
    if (attempts.length > 0) yield attempts;
    if (report.whole) return;
  }
  throw lost(job, what, `its log ended after ${report.reported - first} of ${count} attempts`);
}

/** How far a job's report has come; refuses whatever is not due. */
class Report {
  /** The number that is due next. */
  reported: number;
  whole = false;
  private greeted = false;

  constructor(
    private readonly job: Job,
    private readonly order: JobOrder,
  ) {
    this.reported = order.first;
  }

  /** The attempts that an answer holds. */
  take(answer: Answer): readonly ReportedAttempt[] {
    switch (answer.kind) {
      case "hello":
        this.greet(answer.protocol);
        return [];
      case "ready":
        return [];
      case "batch":
        for (const { number } of answer.attempts) this.expect(number);
        return answer.attempts;
      case "done":
        this.end(answer.first, answer.count);
        return [];
      case "looked":
        throw this.refused("it told of a look that nobody asked for");
      case "fault":
        throw infrastructure(
          `${this.order.what}: ${oneLine(answer.text, 1000)}`,
          "solve what it names, then run again or resume",
        );
    }
  }

  private greet(protocol: number): void {
    if (this.greeted || protocol !== PROTOCOL)
      throw this.refused(`its image has a runner of protocol ${protocol}, not ${PROTOCOL}`);
    this.greeted = true;
  }

  private expect(number: number): void {
    const { first, count } = this.order;
    if (!this.greeted || number !== this.reported || number >= first + count)
      throw this.refused(`it reported attempt ${number} where ${this.reported} was due`);
    this.reported++;
  }

  private end(first: number, count: number): void {
    const { order } = this;
    if (first !== order.first || count !== order.count || this.reported !== first + count)
      throw this.refused(`it reported ${this.reported - order.first} of ${order.count} attempts`);
    this.whole = true;
  }

  private refused(why: string): Failure {
    return lost(this.job, this.order.what, why);
  }
}

async function* answersOf(job: Job, { bound, what }: JobOrder): AsyncGenerator<Answer> {
  const decoder = new FrameDecoder(bound, NEWLINE);
  const chunks = job.stdout[Symbol.asyncIterator]();
  let begun = false;
  try {
    for (;;) {
      const next = await within(chunks.next(), begun ? STALL_MS : null, () =>
        lost(job, what, `it has said nothing for ${STALL_MS / 1000} s`),
      );
      if (next.done === true) return;
      begun = true;
      for (const frame of decoder.push(next.value)) yield decodeAnswer(frame);
    }
  } catch (error) {
    if (error instanceof BrokenFrame)
      throw lost(job, what, `what it sent is damaged: ${oneLine(error.message, 200)}`);
    throw error;
  } finally {
    void chunks.return?.();
  }
}

/** The promise; after `ms` (null: never) the failure. */
async function within<T>(promise: Promise<T>, ms: number | null, failure: () => Failure): Promise<T> {
  if (ms === null) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failure()), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function lost(job: Job, what: string, why: string): Failure {
  const node = job.node === null ? "" : ` on node ${job.node.hostname} (${job.node.id})`;
  const said = oneLine(job.stderrTail(), 300);
  return infrastructure(
    `${what}: lost job ${job.name}${node}: ${why}${said === "" ? "" : `: ${said}`}`,
    "attempts that were not reported do not count and are made again",
  );
}
