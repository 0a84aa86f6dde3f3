import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Demultiplexer } from "../../../src/docker/container/demultiplexer.js";

function frame(stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

function collect(): { out: Buffer[]; err: Buffer[]; demultiplexer: Demultiplexer } {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const demultiplexer = new Demultiplexer({
    stdout: (piece) => out.push(Buffer.from(piece)),
    stderr: (piece) => err.push(Buffer.from(piece)),
  });
  return { out, err, demultiplexer };
}

describe("Demultiplexer", () => {
  it("gives each stream its bytes, in order, however the transport cuts the frames", () => {
    const frames = fc.array(
      fc.record({ stream: fc.constantFrom(1, 2), data: fc.uint8Array({ maxLength: 300 }) }),
    );
    fc.assert(
      fc.property(frames, fc.array(fc.nat(50), { minLength: 1 }), (list, cuts) => {
        const wire = Buffer.concat(list.map(({ stream, data }) => frame(stream, Buffer.from(data))));
        const { out, err, demultiplexer } = collect();
        for (let at = 0, i = 0; at < wire.length; i++) {
          const size = 1 + (cuts[i % cuts.length] ?? 0);
          demultiplexer.push(wire.subarray(at, at + size));
          at += size;
        }
        const sent = (stream: number): Buffer =>
          Buffer.concat(list.filter((each) => each.stream === stream).map(({ data }) => Buffer.from(data)));
        expect(Buffer.concat(out)).toEqual(sent(1));
        expect(Buffer.concat(err)).toEqual(sent(2));
        expect(demultiplexer.whole).toBe(true);
      }),
    );
  });

  it("takes a million one-byte frames in one chunk", () => {
    const wire = Buffer.concat(Array.from({ length: 1000 }, () => frame(1, Buffer.from("x"))));
    const chunk = Buffer.concat(Array.from({ length: 1000 }, () => wire));
    let bytes = 0;
    const demultiplexer = new Demultiplexer({
      stdout: (piece) => (bytes += piece.length),
      stderr: () => undefined,
    });
    demultiplexer.push(chunk);
    expect(bytes).toBe(1_000_000);
  });

  it("is not whole within a header nor within a payload", () => {
    const wire = frame(1, Buffer.from("abc"));
    for (let at = 1; at < wire.length; at++) {
      const { demultiplexer } = collect();
      demultiplexer.push(wire.subarray(0, at));
      expect(demultiplexer.whole, `after ${at} bytes`).toBe(false);
    }
  });

  it("passes on the engine's own errors with stderr", () => {
    const { err, demultiplexer } = collect();
    demultiplexer.push(frame(3, Buffer.from("broken")));
    expect(Buffer.concat(err).toString()).toBe("broken");
  });

  it.each([
    ["an unknown stream", Buffer.from([4, 0, 0, 0, 0, 0, 0, 1])],
    ["a terminal's raw output", Buffer.from("$ hello world")],
  ])("refuses %s", (_, bytes) => {
    const { demultiplexer } = collect();
    expect(() => demultiplexer.push(bytes)).toThrow("no frame header");
  });

  it("holds no payload: a frame of 4 GiB costs nothing before its bytes come", () => {
    const { out, demultiplexer } = collect();
    demultiplexer.push(Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    expect(Buffer.concat(out)).toEqual(Buffer.from([1, 2, 3]));
  });
});
