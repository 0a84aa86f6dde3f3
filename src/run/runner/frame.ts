import { crc32 } from "node:zlib";

/**
 * The unit of what the runner and we say to each other: `u32 length of the payload | u8 type | u8 0 | u16 sequence |
 * u32 CRC-32 of the eight bytes before and the payload`, little endian (dockerfiles/container/runner/frame.h). The sequence counts the frames
 * of a direction from 0.
 */
export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

const HEADER = 12;

/** The bytes of one frame. */
export function encodeFrame(type: number, payload: Buffer, sequence: number): Buffer {
  const frame = Buffer.alloc(HEADER + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt8(type, 4);
  frame.writeUInt16LE(sequence & 0xffff, 6);
  payload.copy(frame, HEADER);
  frame.writeUInt32LE(checksum(frame.subarray(0, 8), payload), 8);
  return frame;
}

/** What came is not what the runner sends: nothing of it or after it can be believed. */
export class BrokenFrame extends Error {
  override readonly name = "BrokenFrame";
}

/** Cuts a stream of bytes, in chunks of any size, into frames. Holds at most one frame's bytes. */
export class FrameDecoder {
  private readonly header = Buffer.alloc(HEADER);
  private headerBytes = 0;
  private payload: Buffer | null = null;
  private payloadBytes = 0;
  private sequence = 0;
  private separatorDue = false;

  /**
   * `maxPayload`: bytes of the largest payload that can be meant; more is damage, and is not waited for. `separator`: a byte that stands after
   * every frame (a job's frames end lines of its log).
   */
  constructor(
    public maxPayload: number,
    private readonly separator: number | null = null,
  ) {}

  /** The frames that end in this chunk, in order. Throws BrokenFrame; the decoder is of no use after that. */
  *push(chunk: Buffer): Generator<Frame, void> {
    for (let at = 0; at < chunk.length || this.isWhole();) {
      if (this.isWhole()) yield this.take();
      else if (this.separatorDue) at += this.skipSeparator(chunk[at]);
      else if (this.payload === null) at += this.addHeader(chunk.subarray(at));
      else {
        const part = chunk.subarray(at, at + this.payload.length - this.payloadBytes);
        part.copy(this.payload, this.payloadBytes);
        this.payloadBytes += part.length;
        at += part.length;
      }
    }
  }

  /** To be called at the end of the stream. Throws BrokenFrame where it ends within a frame. */
  end(): void {
    if (this.headerBytes > 0) throw new BrokenFrame("the stream ended within a frame");
  }

  private skipSeparator(byte: number | undefined): number {
    if (byte !== this.separator) throw new BrokenFrame("what follows a frame is not the end of its line");
    this.separatorDue = false;
    return 1;
  }

  private isWhole(): boolean {
    return this.payload !== null && this.payloadBytes === this.payload.length;
  }

  private addHeader(bytes: Buffer): number {
    const part = bytes.subarray(0, HEADER - this.headerBytes);
    part.copy(this.header, this.headerBytes);
    this.headerBytes += part.length;
    if (this.headerBytes === HEADER) {
      const length = this.header.readUInt32LE(0);
      if (this.header[5] !== 0 || length > this.maxPayload)
        throw new BrokenFrame(`no frame begins with ${this.header.toString("hex")}`);
      const sequence = this.header.readUInt16LE(6);
      if (sequence !== this.sequence)
        throw new BrokenFrame(`frame ${sequence} came where ${this.sequence} was due`);
      this.payload = Buffer.alloc(length);
      this.payloadBytes = 0;
    }
    return part.length;
  }

  private take(): Frame {
    const payload = this.payload as Buffer;
    if (this.header.readUInt32LE(8) !== checksum(this.header.subarray(0, 8), payload))
      throw new BrokenFrame("the checksum of a frame is wrong");
    this.sequence = (this.sequence + 1) & 0xffff;
    this.payload = null;
    this.headerBytes = 0;
    this.separatorDue = this.separator !== null;
    return { type: this.header.readUInt8(4), payload };
  }
}

function checksum(header: Buffer, payload: Buffer): number {
  return crc32(payload, crc32(header));
}
