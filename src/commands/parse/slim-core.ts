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
    const { form } = this.head;
    const first = await this.read(0, form.fileHeader);
    const table = form.table(first);
    this.end = form.fileHeader;
    for (let i = 0; i < table.count; i++) {
      const at = table.at + i * form.header;
      const header = await this.read(at, form.header);
      const segment = this.head.segments.find((each) => each.header === at);
      if (segment !== undefined) await this.segment(header, segment);
      else await this.whole(header);
    }
    if (this.headers.length > MAX_SEGMENTS) throw this.tooMuch();
    form.setTable(first, this.end, this.headers.length);
    await this.out.write(first, 0, first.length, 0);
    await this.append(Buffer.concat(this.headers));
  }

  /** Notes. */
  private async whole(header: Buffer): Promise<void> {
    const { form } = this.head;
    const [at, size] = [Number(form.field(header, "offset")), Number(form.field(header, "size"))];
    const data = await this.read(at, Math.min(size, this.most));
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
    const { form } = this.head;
    const piece = Buffer.from(header);
    form.setField(piece, "offset", BigInt(offset));
    form.setField(piece, "address", form.field(header, "address") + within);
    form.setField(piece, "size", BigInt(size));
    form.setField(piece, "inMemory", BigInt(size));
    this.headers.push(piece);
  }

  /** A segment whose memory is not in the core, or only in part, keeps its size in memory. */
  private join(header: Buffer, size: number | null): void {
    if (size === 0) this.push(header, 0, 0n, 0);
    const { form } = this.head;
    const last = this.headers.at(-1);
    if (last !== undefined) form.setField(last, "inMemory", form.field(header, "inMemory"));
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
