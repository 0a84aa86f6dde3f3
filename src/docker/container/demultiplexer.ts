const HEADER = 8;
const STDOUT = 1;
const STDERR = 2;
/** The engine's own error, told in the stream. */
const SYSTEM = 3;

/** Where the payloads go, in pieces as they come; a frame is never held as a whole. */
export interface Outlets {
  stdout(piece: Buffer): void;
  stderr(piece: Buffer): void;
}

/**
 * Takes the engine's attach stream apart: frames of an 8-byte header (stream, three zeros, big-endian length) and their payload,
 * cut anywhere by the transport. It loops, never recurses, copies no payload and holds at most one header.
 */
export class Demultiplexer {
  private readonly header = Buffer.alloc(HEADER);
  private headerBytes = 0;
  private stream = 0;
  private left = 0;

  constructor(private readonly outlets: Outlets) {}

  /** Takes the next chunk. Throws where it is no such stream. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.left > 0) {
        const piece = chunk.subarray(at, at + this.left);
        at += piece.length;
        this.left -= piece.length;
        if (this.stream === STDOUT) this.outlets.stdout(piece);
        else if (this.stream === STDERR || this.stream === SYSTEM) this.outlets.stderr(piece);
        continue;
      }
      const taken = chunk.copy(this.header, this.headerBytes, at, at + HEADER - this.headerBytes);
      at += taken;
      this.headerBytes += taken;
      if (this.headerBytes < HEADER) return;
      this.headerBytes = 0;
      this.stream = this.header[0] ?? 0;
      if (this.stream > SYSTEM || this.header[1] !== 0 || this.header[2] !== 0 || this.header[3] !== 0) {
        throw new Error(`${this.header.toString("hex")} is no frame header`);
      }
      this.left = this.header.readUInt32BE(4);
    }
  }

  /** True between frames: a stream that ends elsewhere was cut. */
  get whole(): boolean {
    return this.left === 0 && this.headerBytes === 0;
  }
}
