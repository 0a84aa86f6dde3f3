import { open, type FileHandle } from "node:fs/promises";
import { badRequest } from "../../failure.js";
import type { CoreHead, CoreSegment } from "./core-head.js";

/** Zeros are looked for in pieces of this size. */
const PIECE = 16 * 1024 * 1024;
const ZEROS = Buffer.alloc(PIECE);
/** But in a segment that is no larger, as a thread's stack, of which little was used, in such of this size. */
const GRAIN = 16 * 1024;
/** So many zeros lie in the file, for all that there are. */
const SHARED = 4 * PIECE;
const HEADER = 56;
const MAX_SEGMENTS = 65_535;
const MAX_SIZE = 64 * 1024 * 1024 * 1024;

type Piece =
  | { readonly kind: "data"; readonly from: number; readonly size: number }
  | { readonly kind: "zeros"; readonly size: number };

/**
 * A core with the same memory in a smaller file: of memory that is zero (a heap or stacks that were reserved and hardly used, as in sparse cores of
 * many gigabytes) all pieces share one. Throws a Failure where what is left is more than `most`.
 */
export async function slimCore(
  { head, file, named }: { readonly head: CoreHead; readonly file: FileHandle; readonly named: string },
  to: string,
  most: number,
  signal: AbortSignal,
): Promise<void> {
  const { size } = await file.stat();
  if (size > MAX_SIZE)
    throw badRequest(`--core ${named}: it has ${size} bytes, of which at most ${MAX_SIZE} are looked at`);
  const out = await open(to, "w");
  try {
    await new Slimmer(head, file, out, named, most, signal).run();
  } finally {
    await out.close();
  }
}

class Slimmer {
  private end = 0;
  private zeros: number | null = null;
  private readonly headers: Buffer[] = [];

  constructor(
    private readonly head: CoreHead,
    private readonly file: FileHandle,
    private readonly out: FileHandle,
    private readonly named: string,
    private readonly most: number,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<void> {
    const first = await this.read(0, 64);
    const table = Number(first.readBigUInt64LE(32));
    const count = first.readUInt16LE(56);
    this.end = 64;
    for (let i = 0; i < count; i++) {
      const header = await this.read(table + i * HEADER, HEADER);
      const segment = this.head.segments.find((each) => each.header === table + i * HEADER);
      if (segment !== undefined) await this.segment(header, segment);
      else await this.whole(header);
    }
    if (this.headers.length > MAX_SEGMENTS) throw this.tooMuch();
    first.writeBigUInt64LE(BigInt(this.end), 32);
    first.writeUInt16LE(this.headers.length, 56);
    // Sections are no part of a core that is read by its segments.
    first.writeBigUInt64LE(0n, 40);
    first.writeUInt16LE(0, 60);
    first.writeUInt16LE(0, 62);
    await this.out.write(first, 0, 64, 0);
    await this.append(Buffer.concat(this.headers));
  }

  /** Notes. */
  private async whole(header: Buffer): Promise<void> {
    const size = Number(header.readBigUInt64LE(32));
    const data = await this.read(Number(header.readBigUInt64LE(8)), Math.min(size, this.most));
    this.push(header, await this.append(data), 0n, data.length);
  }

  private async segment(header: Buffer, segment: CoreSegment): Promise<void> {
    const mapped = this.head.files.some(({ start }) => start === segment.address);
    let done = 0;
    for await (const piece of this.pieces(segment)) {
      const at = piece.kind === "zeros" ? await this.zeroPiece() : await this.copy(piece);
      this.push(header, at, BigInt(done), piece.size);
      done += piece.size;
    }
    // A file's mapping is known by its whole range.
    if (done === 0 || mapped) this.join(header, done === 0 ? 0 : null);
  }

  /** A file's mapping is kept in one piece. */
  private async *pieces(segment: CoreSegment): AsyncGenerator<Piece> {
    const mapped = this.head.files.some(({ start }) => start === segment.address);
    if (mapped) {
      if (segment.size > 0) yield { kind: "data", from: segment.offset, size: segment.size };
      return;
    }
    const run = new Run(segment.size > PIECE ? PIECE : GRAIN);
    for (let at = 0; at < segment.size; at += PIECE) {
      this.signal.throwIfAborted();
      const size = Math.min(PIECE, segment.size - at);
      const data = await this.read(segment.offset + at, size);
      yield* run.add(data, segment.offset + at);
      if (data.length < size) break;
    }
    yield* run.end();
  }

  private async zeroPiece(): Promise<number> {
    if (this.zeros === null) {
      this.zeros = this.end;
      for (let at = 0; at < SHARED; at += PIECE) await this.append(ZEROS);
    }
    return this.zeros;
  }

  private async copy({ from, size }: { readonly from: number; readonly size: number }): Promise<number> {
    const start = this.end;
    for (let at = 0; at < size; at += PIECE)
      await this.append(await this.read(from + at, Math.min(PIECE, size - at)));
    return start;
  }

  /** One program header for a piece that begins `within` bytes behind its segment's start. */
  private push(header: Buffer, offset: number, within: bigint, size: number): void {
    const piece = Buffer.from(header);
    piece.writeBigUInt64LE(BigInt(offset), 8);
    piece.writeBigUInt64LE(header.readBigUInt64LE(16) + within, 16);
    piece.writeBigUInt64LE(BigInt(size), 32);
    piece.writeBigUInt64LE(BigInt(size), 40);
    this.headers.push(piece);
  }

  /** A segment whose memory is not in the core, or only in part, keeps its size in memory. */
  private join(header: Buffer, size: number | null): void {
    if (size === 0) this.push(header, 0, 0n, 0);
    this.headers.at(-1)?.writeBigUInt64LE(header.readBigUInt64LE(40), 40);
  }

  private async read(offset: number, size: number): Promise<Buffer> {
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await this.file.read(buffer, 0, size, offset);
    return buffer.subarray(0, bytesRead);
  }

  private async append(data: Buffer): Promise<number> {
    const start = this.end;
    if (start + data.length > this.most + PIECE) throw this.tooMuch();
    await this.out.write(data, 0, data.length, start);
    this.end += data.length;
    return start;
  }

  private tooMuch(): Error {
    return badRequest(
      `--core ${this.named}: without its zeros it still has more than ${this.most} bytes, the most that go into a container`,
      "a core with less in it: /proc/PID/coredump_filter, or `coredumpctl gdb` and `generate-core-file` after `set use-coredump-filter on`",
    );
  }
}

/** Tells memory in a row into what is zero and what is not, in grains: each run of either kind is one piece. */
class Run {
  private kind: Piece["kind"] = "zeros";
  private from = 0;
  private size = 0;

  constructor(private readonly grain: number) {}

  *add(data: Buffer, offset: number): Generator<Piece> {
    for (let at = 0; at < data.length; at += this.grain) {
      const part = data.subarray(at, at + this.grain);
      const kind = part.equals(ZEROS.subarray(0, part.length)) ? "zeros" : "data";
      if (kind !== this.kind || (kind === "zeros" && this.size + part.length > SHARED)) {
        yield* this.end();
        this.kind = kind;
        this.from = offset + at;
      }
      this.size += part.length;
    }
  }

  *end(): Generator<Piece> {
    const { kind, from, size } = this;
    if (size > 0) yield kind === "zeros" ? { kind, size } : { kind, from, size };
    this.size = 0;
  }
}
