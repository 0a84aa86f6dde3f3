import { expect, test } from "vitest";
import type { Job } from "../../../src/docker/swarm/swarm.js";
import type { Attempt } from "../../../src/run/attempt.js";
import { encodeFrame } from "../../../src/run/runner/frame.js";
import { PROTOCOL } from "../../../src/run/runner/protocol.js";
import { jobAnswers } from "../../../src/run/swarm/job-answers.js";

const HELLO = 0x81;
const READY = 0x82;
const BATCH = 0x83;
const DONE = 0x84;
const FAULT = 0x85;
const RECORD = 72;

const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
};
/** A batch of clean attempts of these numbers. */
const batch = (...numbers: number[]): [number, Buffer] => [
  BATCH,
  Buffer.concat(numbers.map((number) => Buffer.concat([u32(number), Buffer.alloc(RECORD - 4)]))),
];
const hello: [number, Buffer] = [HELLO, u32(PROTOCOL, 65534)];
const ready: [number, Buffer] = [READY, Buffer.alloc(0)];
const done = (first: number, count: number): [number, Buffer] => [DONE, u32(first, count)];

/** A job's log: frames, each at the end of a line, cut into chunks of `size` bytes. */
function log(frames: readonly (readonly [number, Buffer])[], size = 7): Buffer[] {
  const whole = Buffer.concat(
    frames.map(([type, payload], i) => Buffer.concat([encodeFrame(type, payload, i), Buffer.from("\n")])),
  );
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
    whole.subarray(i * size, (i + 1) * size),
  );
}

function jobOf(chunks: readonly Buffer[]): Job {
  return {
    name: "job",
    node: null,
    stderrTail: () => "",
    remove: () => Promise.resolve(),
    stdout: {
      async *[Symbol.asyncIterator]() {
        for (const chunk of chunks) yield await Promise.resolve(chunk);
      },
    },
  };
}

/** The numbers that count, and why the log was refused, if it was. */
async function read(chunks: readonly Buffer[], first = 1, count = 3) {
  const numbers: number[] = [];
  try {
    const order = { first, count, bound: 1 << 20, what: "glibc-2.36" };
    for await (const attempts of jobAnswers(jobOf(chunks), order))
      numbers.push(...attempts.map(({ number }: Attempt) => number));
    return { numbers, refused: null };
  } catch (error) {
    return { numbers, refused: (error as Error).message };
  }
}

test("a whole log counts, however it is cut", async () => {
  const frames = [hello, ready, batch(1, 2), batch(), batch(3), done(1, 3)];
  for (const size of [1, 5, 16, 4096])
    expect(await read(log(frames, size))).toEqual({ numbers: [1, 2, 3], refused: null });
});

test("a log that breaks off counts up to its last whole frame", async () => {
  const chunks = log([hello, ready, batch(1, 2), batch(3), done(1, 3)], 4096);
  const cut = Buffer.concat(chunks).subarray(0, -30);
  const { numbers, refused } = await read([cut]);
  expect(numbers).toEqual([1, 2]);
  expect(refused).toContain("its log ended after 2 of 3 attempts");
});

test.each([
  ["a number twice", [hello, ready, batch(1, 1)], [], "it reported attempt 1 where 2 was due"],
  ["a number left out", [hello, ready, batch(1, 3)], [], "it reported attempt 3 where 2 was due"],
  ["more than it was told to make", [hello, ready, batch(1, 2, 3, 4)], [], "attempt 4 where 4 was due"],
  ["attempts before it has said what it is", [batch(1)], [], "it reported attempt 1"],
  ["an end before its time", [hello, ready, batch(1), done(1, 3)], [1], "it reported 1 of 3 attempts"],
  ["the end of another job", [hello, ready, batch(1, 2, 3), done(4, 3)], [1, 2, 3], "it reported 3 of 3"],
  ["another runner", [[HELLO, u32(PROTOCOL + 7, 0)]], [], `not ${PROTOCOL}`],
  ["what went wrong", [hello, [FAULT, Buffer.from("stack limit: no\x1b[2J")]], [], "stack limit: no"],
] as const)("a node that reports %s is not believed", async (_, frames, numbers, why) => {
  const answer = await read(log(frames as never, 4096));
  expect(answer.numbers).toEqual(numbers);
  expect(answer.refused).toContain(why);
  expect(answer.refused).not.toContain("\x1b");
});

test("a log with a byte changed, doubled or left out is refused", async () => {
  const whole = Buffer.concat(log([hello, ready, batch(1, 2, 3), done(1, 3)]));
  for (const at of [4, 30, 60, whole.length - 10]) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
    const doubled = Buffer.concat([whole.subarray(0, at), whole.subarray(at - 1)]);
    const less = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
    for (const harmed of [changed, doubled, less]) expect((await read([harmed])).refused).not.toBeNull();
  }
});
