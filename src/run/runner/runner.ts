import type { Container, Engine } from "../../docker/engine.js";
import { printable } from "../../text/printable.js";
import { knownInstruments } from "../../images/instrument.js";
import { Failure, infrastructure, interrupted, lastingInfrastructure } from "../../failure.js";
import type { Attempt } from "../attempt.js";
import type { MappedFiles } from "../mapped-files.js";
import { withHangs } from "../capture/looks-at-hangs.js";
import { BrokenFrame, FrameDecoder } from "./frame.js";
import { decodeAnswer, encodeCommand, maxPayload, PROTOCOL, type Answer, type Command } from "./protocol.js";
import { cpuShare, mayTell, runnerConfig, runnerContainer, type Task } from "./container-task.js";

/**
 * A runner at work says something every five seconds. One that says nothing for so long is lost, or we were stopped ourselves: then, what it
 * said meanwhile gets the grace to arrive.
 */
const STALL_MS = 60_000;
const GRACE_MS = 5_000;
/** How long a lost runner's container may take to say how it ended. */
const END_MS = 5_000;
/** How the runner's words begin where its scheduler cannot take the program. */
const NOT_SCHEDULED = "it cannot be scheduled: ";

/** A container with the runner in it, ready to make attempts of one task. */
export class Runner {
  private readonly answers: AsyncGenerator<Answer, void>;
  private sequence = 0;
  private busy = false;
  private broken: Failure | null = null;

  private constructor(
    private readonly container: Container,
    private readonly task: Task,
    private readonly signal: AbortSignal,
    private readonly sinceStart: () => number,
  ) {
    this.answers = answersOf(container, maxPayload(task.output, mayTell(task)));
  }

  /**
   * Starts a container, and the runner in it. `sinceStart` gives the milliseconds since the campaign began, which attempts are timed by.
   * Throws a Failure, also where what measures in the container is not ours; nothing is left behind then.
   */
  static async open(
    engine: Engine,
    task: Task,
    signal: AbortSignal,
    sinceStart: () => number,
  ): Promise<Runner> {
    // Only Docker is known to take a tmpfs with a limit of inodes, and parameters of the network.
    const { name, cpus, cpuLimit, cpuset, processLimit } = await engine.facts();
    const options = {
      inodeLimit: name.startsWith("Docker"),
      timeWait: name.startsWith("Docker"),
      cpuset,
      cpus: cpuLimit ? cpuShare(task, cpus) : undefined,
    };
    const container = await engine.start(runnerContainer(task, options), signal);
    const runner = new Runner(container, task, signal, sinceStart);
    // Meanwhile the runner readies itself; nothing that it says is believed before.
    const checked = assertOurs(task, container);
    checked.catch(() => undefined);
    try {
      await runner.send({ kind: "configure", config: runnerConfig(task, processLimit) });
      const hello = await runner.next();
      if (hello.kind !== "hello") throw runner.unexpected(hello);
      if (hello.protocol !== PROTOCOL) {
        throw lastingInfrastructure(
          `${task.what}: its image has a runner of protocol ${hello.protocol}, not ${PROTOCOL}`,
          "build it again ('vivarium build')",
        );
      }
      const ready = await runner.next();
      if (ready.kind !== "ready") throw runner.unexpected(ready);
      await checked;
      if (task.schedule !== undefined) await runner.schedule(task.schedule);
      return runner;
    } catch (error) {
      // Where it is not ours, that is the reason for whatever else went wrong.
      const failure = await checked.then(
        () => error,
        (foreign: unknown) => foreign,
      );
      await runner.close();
      throw failure;
    }
  }

  get containerName(): string {
    return this.container.name;
  }

  /** From now on attempts are made under this schedule (`scheduleText`). */
  async schedule(text: string): Promise<void> {
    if (this.broken) throw this.broken;
    await this.send({ kind: "schedule", text });
    const ready = await this.next();
    if (ready.kind !== "ready") throw this.unexpected(ready);
  }

  /** Attempts from now on are of another program of the same image, given by its absolute path and its arguments. */
  async change(argv: readonly string[]): Promise<void> {
    if (this.busy) throw new Error("a runner changes its program between runs");
    await this.send({ kind: "program", argv });
    const ready = await this.next();
    if (ready.kind !== "ready") throw this.unexpected(ready);
  }

  /** As Slot.look. */
  async look(): Promise<MappedFiles | null> {
    if (this.broken) throw this.broken;
    await this.send({ kind: "look" });
    for (;;) {
      const answer = await this.next();
      // A sign of life, or the end of a run whose attempts are all there and whose reader heard no more of it.
      if (answer.kind === "batch" && answer.attempts.length === 0) continue;
      if (answer.kind === "done" && this.busy) {
        this.busy = false;
        continue;
      }
      if (answer.kind !== "looked") throw this.unexpected(answer);
      return answer.seen;
    }
  }

  /** As Slot.run. */
  async *run(first: number, count: number): AsyncGenerator<readonly Attempt[], void> {
    if (this.broken) throw this.broken;
    if (this.busy) throw new Error("a runner makes one run of attempts at a time");
    this.busy = true;
    const start = this.sinceStart();
    await this.send({ kind: "run", first, count });
    let due = first;
    for (;;) {
      const answer = await this.next();
      if (answer.kind === "batch") {
        for (const { number } of answer.attempts) {
          if (number !== due || number >= first + count)
            throw this.lost(`it reported attempt ${number} where ${due} was due`);
          due++;
        }
        const read = await withHangs(answer.attempts, this.task, this.container);
        if (read.length > 0) yield read.map((each) => ({ ...each, startMs: start + each.startMs }));
      } else if (answer.kind === "done" && answer.first === first && answer.count === count) {
        if (due !== first + count) throw this.lost(`it reported ${due - first} of ${count} attempts`);
        this.busy = false;
        return;
      } else {
        throw this.unexpected(answer);
      }
    }
  }

  /** Removes the container. Never throws. Idempotent. */
  async close(): Promise<void> {
    this.broken ??= infrastructure(`${this.task.what}: its container was closed`);
    await this.container.remove();
    // A reader that waits has been told of the end by now.
    await this.answers.return().catch(() => undefined);
  }

  private async send(command: Command): Promise<void> {
    if (this.broken) throw this.broken;
    await this.container.stdin.write(encodeCommand(command, this.sequence++));
  }

  private async next(): Promise<Answer> {
    if (this.broken) throw this.broken;
    try {
      const answer = await this.within(this.answers.next());
      if (answer.done === true) throw await this.ended();
      if (answer.value.kind === "fault") throw this.fault(answer.value.text);
      return answer.value;
    } catch (error) {
      throw (this.broken = this.explain(error));
    }
  }

  /** The promise, or the failure that it takes too long or is wanted no more. */
  private within<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let timer = setTimeout(() => {
        timer = setTimeout(
          () => reject(this.lost(`it has said nothing for ${(STALL_MS + GRACE_MS) / 1000} s`)),
          GRACE_MS,
        );
      }, STALL_MS);
      const abort = (): void => reject(interrupted());
      if (this.signal.aborted) abort();
      this.signal.addEventListener("abort", abort, { once: true });
      void promise.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        this.signal.removeEventListener("abort", abort);
      });
    });
  }

  private explain(error: unknown): Failure {
    if (error instanceof Failure) return error;
    if (error instanceof BrokenFrame)
      return this.lost(`what it sent is damaged: ${printable(error.message, 200)}`, error);
    throw error;
  }

  /** The stream of answers is over; the container's own end says more. */
  private async ended(): Promise<Failure> {
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), END_MS).unref());
    const end = await Promise.race([this.container.ended().catch(() => null), late]);
    const code =
      end === null ? "" : ` with exit code ${end.exitCode}${end.oomKilled ? ", out of memory" : ""}`;
    const said = printable(this.container.stderrTail(), 500);
    return this.lost(`it ended${code}${said === "" ? "" : `: ${said}`}`);
  }

  private fault(text: string): Failure {
    // A runner says so of what it was given, and so would the next one.
    const remedy = text.startsWith(NOT_SCHEDULED)
      ? "'vivarium run' without --schedule lets the kernel choose the order of threads"
      : "attempts that were not reported do not count; solve what it names, then run again or resume";
    return lastingInfrastructure(`${this.task.what}: ${printable(text, 1000)}`, remedy);
  }

  private unexpected({ kind }: Answer): Failure {
    return this.lost(`it answered '${kind}' out of turn`);
  }

  /** From now on, whatever is asked of it fails with this. */
  private lost(why: string, cause?: unknown): Failure {
    this.broken ??= infrastructure(
      `${this.task.what}: lost the runner in container ${this.container.name}: ${why}`,
      "attempts that were not reported do not count; run again, or resume",
      cause,
    );
    return this.broken;
  }
}

async function assertOurs({ image, instrument, what }: Task, container: Container): Promise<void> {
  if (instrument !== null) await knownInstruments.assert({ ...instrument, image, what }, container);
}

async function* answersOf(container: Container, bound: number): AsyncGenerator<Answer, void> {
  const decoder = new FrameDecoder(bound);
  for await (const chunk of container.stdout) {
    for (const frame of decoder.push(chunk)) yield decodeAnswer(frame);
  }
  decoder.end();
}
