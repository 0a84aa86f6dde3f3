import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BrokenFrame, encodeFrame, FrameDecoder, type Frame } from "../../../src/run/runner/frame.js";
import { decodeAnswer, encodeCommand, maxPayload } from "../../../src/run/runner/protocol.js";
import type { RunnerConfig } from "../../../src/run/runner/runner-config.js";

const BOUND = 4096;

const payloads = fc.array(
  fc.record({ type: fc.integer({ min: 0, max: 255 }), payload: fc.uint8Array({ maxLength: 300 }) }),
  { maxLength: 12 },
);

function stream(frames: readonly { type: number; payload: Uint8Array }[]): Buffer {
  return Buffer.concat(frames.map(({ type, payload }, at) => encodeFrame(type, Buffer.from(payload), at)));
}

/** Cuts bytes at the given places, in any order. */
function chunks(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

function decode(parts: readonly Buffer[], decoder = new FrameDecoder(BOUND)): Frame[] {
  const frames: Frame[] = [];
  for (const part of parts) frames.push(...decoder.push(part));
  decoder.end();
  return frames;
}

describe("frames", () => {
  it("are the same however the stream is cut", () => {
    fc.assert(
      fc.property(payloads, fc.array(fc.nat(), { maxLength: 50 }), (sent, cuts) => {
        const got = decode(chunks(stream(sent), cuts));
        expect(got.map(({ type, payload }) => [type, [...payload]])).toEqual(
          sent.map(({ type, payload }) => [type, [...payload]]),
        );
      }),
    );
  });

  it("that come one byte at a time, thousands of them, do not overflow anything", () => {
    const many = Array.from({ length: 5000 }, (_, type) => ({ type: type % 256, payload: Buffer.alloc(0) }));
    expect(decode([...stream(many)].map((byte) => Buffer.of(byte)))).toHaveLength(5000);
    expect(decode([stream(many)])).toHaveLength(5000);
  });

  it("are never made up: a stream that was changed anywhere is broken there, and only what came before is given", () => {
    fc.assert(
      fc.property(
        payloads.filter((sent) => sent.length > 0),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (sent, where, change) => {
          const bytes = stream(sent);
          const at = where % bytes.length;
          bytes[at] = (bytes[at] as number) ^ change;
          const got: Frame[] = [];
          const decoder = new FrameDecoder(BOUND);
          expect(() => {
            for (const frame of decoder.push(bytes)) got.push(frame);
            decoder.end();
          }).toThrow(BrokenFrame);
          let end = 0;
          const whole = sent.filter(({ payload }) => (end += 12 + payload.length) <= at);
          expect(got.map(({ payload }) => [...payload])).toEqual(whole.map(({ payload }) => [...payload]));
        },
      ),
    );
  });

  it("that are cut short, doubled or left out are broken", () => {
    const three = [1, 2, 3].map((type, at) => encodeFrame(type, Buffer.from("abc"), at));
    const [first, second, third] = three as [Buffer, Buffer, Buffer];
    for (let length = 1; length < second.length; length++)
      expect(() => decode([first, second.subarray(0, length)])).toThrow("ended within a frame");
    expect(() => decode([first, first])).toThrow("frame 0 came where 1 was due");
    expect(() => decode([first, third])).toThrow("frame 2 came where 1 was due");
  });

  it("of foreign bytes are broken before they are waited for", () => {
    const decoder = new FrameDecoder(BOUND);
    expect(() => [...decoder.push(Buffer.from("Segmentation fault\n"))]).toThrow(
      "no frame begins with 5365676d656e746174696f6e",
    );
    const large = encodeFrame(1, Buffer.alloc(BOUND + 1), 0).subarray(0, 12);
    expect(() => [...new FrameDecoder(BOUND).push(large)]).toThrow(BrokenFrame);
  });

  it("count on after 65535", () => {
    const decoder = new FrameDecoder(BOUND);
    let got = 0;
    for (let sequence = 0; sequence < 70_000; sequence++)
      for (const _ of decoder.push(encodeFrame(1, Buffer.alloc(0), sequence))) got++;
    expect(got).toBe(70_000);
  });
});

const record = fc.record({
  number: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  status: fc.integer({ min: 0, max: 0xffff }),
  timedOut: fc.boolean(),
  oom: fc.constantFrom(null, false, true),
  leftovers: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  times: fc.array(fc.integer({ min: 0, max: 2 ** 53 - 1 }), { minLength: 4, maxLength: 4 }),
  maxRssKiB: fc.integer({ min: 0, max: 2 ** 40 }),
  gdb: fc.option(fc.uint8Array({ maxLength: 40 })),
  signalsSent: fc.integer({ min: 0, max: 64 }),
  services: fc.array(
    fc.record({
      name: fc.stringMatching(/^[a-z]{1,8}$/),
      status: fc.integer({ min: 1, max: 0xffff }),
      after: fc.integer({ min: 0, max: 2 ** 53 - 1 }),
      said: fc.stringMatching(/^[a-z]{0,20}$/),
    }),
    { maxLength: 3 },
  ),
  kept: fc.option(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 4, maxLength: 4 })),
  dropped: fc.integer({ min: 0, max: 2 ** 50 }),
});
type Recorded = typeof record extends fc.Arbitrary<infer T> ? T : never;

/** A record as runner.c writes it, from its description there. */
function recordBytes(each: Recorded): Buffer {
  const kept = each.kept?.map((part) => Buffer.from(part)) ?? [];
  const total = (at: number): number => (kept[at]?.length ?? 0) + (kept[at + 1]?.length ?? 0) + each.dropped;
  const bytes = Buffer.alloc(72);
  const oom = each.oom === null ? 0 : each.oom ? 12 : 4;
  bytes.writeUInt32LE(each.number, 0);
  bytes.writeUInt32LE(each.status, 4);
  const services = each.services.length > 0 ? 64 : 0;
  const flags = (each.timedOut ? 1 : 0) | (each.kept ? 2 : 0) | (each.gdb ? 32 : 0) | oom | services;
  bytes.writeUInt32LE(flags | (each.signalsSent << 8), 8);
  bytes.writeUInt32LE(each.leftovers, 12);
  [...each.times, each.maxRssKiB, total(0), total(2)].forEach((value, at) =>
    bytes.writeBigUInt64LE(BigInt(value), 16 + 8 * at),
  );
  const sizes = Buffer.alloc(kept.length * 4);
  kept.forEach((part, at) => sizes.writeUInt32LE(part.length, 4 * at));
  const told = each.gdb === null ? [] : [Buffer.from(Uint32Array.of(each.gdb.length).buffer), each.gdb];
  return Buffer.concat([bytes, sizes, ...kept, ...told, ...serviceBytes(each)]);
}

/** As runner/services.h writes them. */
function serviceBytes({ services }: Recorded): Buffer[] {
  if (services.length === 0) return [];
  const told = Buffer.concat(
    services.map(({ name, status, after, said }) => {
      const fields = Buffer.alloc(20 + name.length);
      fields.writeUInt32LE(name.length);
      fields.write(name, 4);
      fields.writeUInt32LE(status, 4 + name.length);
      fields.writeBigUInt64LE(BigInt(after), 8 + name.length);
      fields.writeUInt32LE(said.length, 16 + name.length);
      return Buffer.concat([fields, Buffer.from(said)]);
    }),
  );
  return [Buffer.from(Uint32Array.of(told.length).buffer), told];
}

const BATCH = 0x83;

/** One service and one signal, as a configuration ends with them. */
const LAID_OUT =
  "\x01\0\0\0\x06\0\0\0server\0" +
  "\x03\0\0\0\x06\0\0\0server\0\x06\0\0\0--port\0\x02\0\0\x0080\0" +
  "\x01\0\0\0\x0f\0\0\0PATH=/opt/repro\0" +
  "\x06\0\0\0/repro\0" +
  "\x01\0\0\0\x50\0\0\0\0\0\0\0\0\x10\x27\0\0\0\0\0\0" +
  "\x01\0\0\0\x0f\0\0\0\xc8\0\0\0\0\0\0\0";

describe("a batch", () => {
  it("says of its attempts what the runner wrote", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 8 }), (sent) => {
        const answer = decodeAnswer({ type: BATCH, payload: Buffer.concat(sent.map(recordBytes)) });
        if (answer.kind !== "batch") throw new Error(answer.kind);
        expect(answer.attempts).toHaveLength(sent.length);
        answer.attempts.forEach((attempt, at) => {
          const each = sent[at] as Recorded;
          const [start, duration, user, system] = each.times as [number, number, number, number];
          expect(attempt).toMatchObject({
            number: each.number,
            status: each.status,
            timedOut: each.timedOut,
            leftovers: each.leftovers,
            startMs: start / 1e6,
            durationMs: duration / 1e6,
            userMs: user / 1e3,
            systemMs: system / 1e3,
            maxRssKiB: each.maxRssKiB,
          });
          expect(attempt.oom).toBe(each.oom ?? undefined);
          expect(attempt.signalsSent ?? 0).toBe(each.signalsSent);
          expect(attempt.services ?? []).toEqual(
            each.services.map(({ after, ...rest }) => ({ ...rest, afterMs: after / 1e6 })),
          );
          expect(attempt.gdb && [...attempt.gdb]).toEqual(each.gdb === null ? undefined : [...each.gdb]);
          expect(attempt.output === null).toBe(each.kept === null);
          const { output } = attempt;
          if (output === null || each.kept === null) return;
          expect(
            [output.stdout.head, output.stdout.tail, output.stderr.head, output.stderr.tail].map((part) => [
              ...part,
            ]),
          ).toEqual(each.kept.map((part) => [...part]));
          expect(output.stdout.total).toBe(attempt.bytesOut);
        });
      }),
    );
  });

  it("that is cut short says so, and nothing", () => {
    fc.assert(
      fc.property(record, fc.nat(), (each, cut) => {
        const whole = recordBytes(each);
        const payload = whole.subarray(0, 1 + (cut % (whole.length - 1)));
        expect(() => decodeAnswer({ type: BATCH, payload })).toThrow(BrokenFrame);
      }),
    );
  });

  it("that claims to have kept more than was written is broken", () => {
    const payload = recordBytes({
      number: 1,
      status: 0,
      timedOut: false,
      oom: null,
      gdb: null,
      signalsSent: 0,
      services: [],
      leftovers: 0,
      times: [0, 0, 0, 0],
      maxRssKiB: 0,
      kept: [Buffer.from("ab"), Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)],
      dropped: 0,
    });
    payload.writeBigUInt64LE(1n, 56);
    expect(() => decodeAnswer({ type: BATCH, payload })).toThrow("more output was kept than written");
  });
});

describe("answers", () => {
  it("tell what a look saw: the executable, each file once, and processes that crashed", () => {
    const looked = (text: string) => decodeAnswer({ type: 0x86, payload: Buffer.from(text) });
    expect(looked("child 11 /usr/bin/sh\nchild 6 \n/program\n/program\n/lib/libc.so.6\n/program\n")).toEqual({
      kind: "looked",
      seen: {
        executable: "/program",
        files: ["/program", "/lib/libc.so.6"],
        children: [
          { signal: "SIGSEGV", executable: "/usr/bin/sh" },
          { signal: "SIGABRT", executable: "" },
        ],
      },
    });
    expect(looked("/program\n/program\n")).toEqual({
      kind: "looked",
      seen: { executable: "/program", files: ["/program"] },
    });
    expect(looked("child 11 /usr/bin/sh\n")).toEqual({ kind: "looked", seen: null });
  });

  it("are broken or understood, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 200 }), (type, bytes) => {
        try {
          decodeAnswer({ type, payload: Buffer.from(bytes) });
        } catch (error) {
          expect(error).toBeInstanceOf(BrokenFrame);
        }
      }),
    );
  });
});

describe("commands", () => {
  const config: RunnerConfig = {
    argv: ["/opt/repro/program", "é"],
    env: { A: "1" },
    directory: "/tmp",
    tty: true,
    stdin: "/dev/null",
    timeoutMs: 10_000,
    silenceMs: 600_000,
    stack: null,
    files: 1024,
    head: 100,
    tail: 200,
    keep: "all",
    load: 0,
    processes: 4096,
    cpus: [0, 2],
    looks: null,
    services: [
      {
        name: "server",
        argv: ["server", "--port", "80"],
        env: { PATH: "/opt/repro" },
        directory: "/repro",
        ready: { port: 80 },
        withinMs: 10_000,
      },
    ],
    signals: [{ number: 15, atMs: 200 }],
  };

  it("are refused where a string could not reach a program whole", () => {
    for (const broken of [{ argv: ["/a\0b"] }, { env: { A: "x\0" } }, { stdin: "\0" }])
      expect(() => encodeCommand({ kind: "configure", config: { ...config, ...broken } }, 0)).toThrow(
        RangeError,
      );
  });

  it("bound what a runner may answer by what it may keep", () => {
    expect(maxPayload(config)).toBe(32 * 1024 + 72 + 16 + 600);
    expect(maxPayload(config, { hangs: true })).toBe(32 * 1024 + 72 + 16 + 600 + 4 + 1024 * 1024);
  });

  it("are laid out as the runner reads them", () => {
    expect(encodeCommand({ kind: "run", first: 7, count: 300 }, 3).toString("hex")).toBe(
      "08000000020003002e824779" + "07000000" + "2c010000",
    );
    expect(encodeCommand({ kind: "configure", config }, 0).subarray(12).toString("latin1")).toBe(
      "\x10\x27\0\0\0\0\0\0" +
        "\xc0\x27\x09\0\0\0\0\0" +
        "\xff".repeat(8) +
        "\0\x04\0\0\0\0\0\0" +
        "d\0\0\0\xc8\0\0\0\0\0\0\0\x02\0\0\0" +
        "\0\x10\0\0" +
        "\x01\0\0\0" +
        "\x02\0\0\0\0\0\0\0\x02\0\0\0" +
        "\x04\0\0\0/tmp\0" +
        "\x09\0\0\0/dev/null\0" +
        "\x02\0\0\0\x12\0\0\0/opt/repro/program\0\x02\0\0\0\xc3\xa9\0" +
        "\x01\0\0\0\x03\0\0\0A=1\0" +
        "\0".repeat(20) +
        LAID_OUT,
    );
    const looks = { most: 2, timeoutMs: 1000, argv: ["/gdb"], env: { B: "2" } };
    expect(
      encodeCommand({ kind: "configure", config: { ...config, looks } }, 0)
        .subarray(-37 - LAID_OUT.length, -LAID_OUT.length)
        .toString("latin1"),
    ).toBe("\x02\0\0\0\xe8\x03\0\0\0\0\0\0\x01\0\0\0\x04\0\0\0/gdb\0\x01\0\0\0\x03\0\0\0B=2\0");
  });
});
