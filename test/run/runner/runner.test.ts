import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Container, ContainerEnd, Engine } from "../../../src/docker/engine.js";
import { infrastructure } from "../../../src/failure.js";
import type { Attempt } from "../../../src/run/attempt.js";
import { encodeFrame } from "../../../src/run/runner/frame.js";
import { PROTOCOL } from "../../../src/run/runner/protocol.js";
import { Runner } from "../../../src/run/runner/runner.js";
import { taskOf } from "../task.js";

const HELLO = 0x81;
const READY = 0x82;
const BATCH = 0x83;
const DONE = 0x84;
const FAULT = 0x85;

/** A container whose runner says what a test lets it say. */
class Script implements Container {
  readonly id = "0".repeat(64);
  readonly name = "vivarium-1-a";
  readonly warnings = [];
  removed = 0;
  private readonly chunks: (Buffer | null)[] = [];
  private wake = (): void => undefined;
  private sequence = 0;
  private failure: Error | null = null;
  end: Promise<ContainerEnd> = new Promise(() => undefined);

  readonly stdin = { write: (): Promise<void> => Promise.resolve(), end: (): void => undefined };
  readonly stdout = this.read();

  says(type: number, payload: Buffer | string = ""): this {
    return this.saysBytes(encodeFrame(type, Buffer.from(payload), this.sequence++));
  }
  saysBytes(bytes: Buffer | null): this {
    this.chunks.push(bytes);
    this.wake();
    return this;
  }
  stderrTail(): string {
    return "said \x1b[31mlast\n";
  }
  ended(): Promise<ContainerEnd> {
    return this.end;
  }
  readFile(): Promise<Buffer> {
    return Promise.resolve(Buffer.alloc(0));
  }
  readFolder(): Promise<never[]> {
    return Promise.resolve([]);
  }
  resize(): Promise<void> {
    return Promise.resolve();
  }
  remove(): Promise<void> {
    this.removed++;
    this.failure = infrastructure("removed");
    this.wake();
    return Promise.resolve();
  }

  private async *read(): AsyncGenerator<Buffer, void> {
    for (;;) {
      const chunk = this.chunks.shift();
      if (chunk === null) return;
      if (chunk !== undefined) yield chunk;
      else if (this.failure) throw this.failure;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeUInt32LE(value, 4 * at));
  return bytes;
}

/** Records of clean attempts of these numbers. */
function records(...attempts: number[]): Buffer {
  return Buffer.concat(attempts.map((number) => Buffer.concat([numbers(number), Buffer.alloc(68)])));
}

const open = (container: Script, signal = new AbortController().signal): Promise<Runner> => {
  const engine = {
    facts: () => Promise.resolve({ name: "Docker 20.10" }),
    start: () => Promise.resolve(container),
  } as unknown as Engine;
  return Runner.open(engine, taskOf(), signal, () => 100);
};

const ready = (): Script => new Script().says(HELLO, numbers(PROTOCOL, 65534)).says(READY);

async function all(batches: AsyncIterable<readonly Attempt[]>): Promise<number[]> {
  const made: number[] = [];
  for await (const batch of batches) made.push(...batch.map(({ number }) => number));
  return made;
}

describe("a runner that does as it should", () => {
  it("gives attempts as they come", async () => {
    const container = ready();
    const runner = await open(container);
    container.says(BATCH, records(5, 6)).says(BATCH).says(BATCH, records(7)).says(DONE, numbers(5, 3));
    expect(await all(runner.run(5, 3))).toEqual([5, 6, 7]);
    container.says(BATCH, records(8)).says(DONE, numbers(8, 1));
    expect(await all(runner.run(8, 1))).toEqual([8]);
    await runner.close();
    await runner.close();
    expect(container.removed).toBeGreaterThan(0);
  });
});

describe("a runner is given up, its attempts from then on uncounted, where", () => {
  const cases: [string, (container: Script) => void, string][] = [
    [
      "a frame is damaged",
      (each) => each.saysBytes(Buffer.from("Segmentation fault")),
      "what it sent is damaged",
    ],
    [
      "it repeats an attempt",
      (each) => each.says(BATCH, records(1, 1)),
      "reported attempt 1 where 2 was due",
    ],
    ["it leaves one out", (each) => each.says(BATCH, records(2)), "reported attempt 2 where 1 was due"],
    [
      "it makes too many",
      (each) => each.says(BATCH, records(1, 2, 3, 4)),
      "reported attempt 4 where 4 was due",
    ],
    [
      "it is done too early",
      (each) => each.says(BATCH, records(1)).says(DONE, numbers(1, 3)),
      "reported 1 of 3 attempts",
    ],
    ["it is done with another run", (each) => each.says(DONE, numbers(1, 2)), "answered 'done' out of turn"],
    ["it speaks out of turn", (each) => each.says(READY), "answered 'ready' out of turn"],
    ["it says so", (each) => each.says(FAULT, "pipe: \x1b]0;x\x07Too many\n"), "glibc-2.36: pipe: Too many"],
    [
      "its stream ends within a frame",
      (each) => each.saysBytes(Buffer.of(1)).saysBytes(null),
      "ended within a frame",
    ],
  ];
  it.each(cases)("%s", async (_, act, message) => {
    const container = ready();
    const runner = await open(container);
    act(container);
    const failure = await all(runner.run(1, 3)).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: "infrastructure",
      message: expect.stringContaining(message) as string,
    });
    await expect(all(runner.run(4, 1))).rejects.toBe(failure);
    await runner.close();
  });

  it("its container ends: with its exit code and last words", async () => {
    const container = ready();
    const runner = await open(container);
    container.end = Promise.resolve({ exitCode: 137, oomKilled: true, trusted: true, why: null });
    container.says(BATCH, records(1)).saysBytes(null);
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const batch of runner.run(1, 2)) seen.push(...batch.map(({ number }) => number));
      })(),
    ).rejects.toThrow(
      "glibc-2.36: lost the runner in container vivarium-1-a: it ended with exit code 137, out of memory: said last",
    );
    expect(seen).toEqual([1]);
    await runner.close();
  });

  it("its image has a runner of another protocol: nothing is left", async () => {
    const container = new Script().says(HELLO, numbers(PROTOCOL + 1, 0)).says(READY);
    await expect(open(container)).rejects.toThrow(
      `its image has a runner of protocol ${PROTOCOL + 1}, not ${PROTOCOL}`,
    );
    expect(container.removed).toBe(1);
  });

  it("it cannot be configured: nothing is left", async () => {
    const container = new Script()
      .says(HELLO, numbers(PROTOCOL, 0))
      .says(FAULT, "stack limit 1: Operation not permitted");
    await expect(open(container)).rejects.toThrow("glibc-2.36: stack limit 1: Operation not permitted");
    expect(container.removed).toBe(1);
  });
});

describe("a look at what the program maps", () => {
  const LOOKED = 0x86;

  it("gives the executable and its files, each once", async () => {
    const container = ready();
    const runner = await open(container);
    container.says(BATCH).says(LOOKED, "/opt/repro/program\n/opt/repro/program\n/lib/libc.so.6\n");
    expect(await runner.look()).toEqual({
      executable: "/opt/repro/program",
      files: ["/opt/repro/program", "/lib/libc.so.6"],
    });
    await runner.close();
  });

  it("gives nothing where it could not be seen", async () => {
    const container = ready();
    const runner = await open(container);
    container.says(LOOKED, "");
    expect(await runner.look()).toBeNull();
    await runner.close();
  });
});

describe("time", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("without a sign of life ends a runner; signs of life keep it", async () => {
    const container = ready();
    const runner = await open(container);
    const run = all(runner.run(1, 1));
    const failed = expect(run).rejects.toThrow("it has said nothing for 65 s");
    for (let minute = 0; minute < 5; minute++) {
      await vi.advanceTimersByTimeAsync(59_000);
      container.says(BATCH);
      await vi.advanceTimersByTimeAsync(0);
    }
    let settled = false;
    void run.catch(() => undefined).finally(() => (settled = true));
    await vi.advanceTimersByTimeAsync(64_000);
    expect(settled).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    await failed;
    await runner.close();
  });

  it("that is up on an abort ends it at once, as an interruption", async () => {
    const abort = new AbortController();
    const runner = await open(ready(), abort.signal);
    const run = all(runner.run(1, 1));
    abort.abort();
    await expect(run).rejects.toMatchObject({ kind: "interrupted" });
    await runner.close();
    await expect(all(runner.run(1, 1))).rejects.toMatchObject({ kind: "interrupted" });
  });
});
