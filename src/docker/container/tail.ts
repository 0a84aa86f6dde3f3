/** The last bytes of a stream, however long it is. */
export class Tail {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(private readonly limit: number) {}

  push(chunk: Buffer): void {
    // A copy: a slice would hold the whole chunk that it was cut from.
    const kept = Buffer.from(chunk.subarray(Math.max(0, chunk.length - this.limit)));
    this.chunks.push(kept);
    this.length += kept.length;
    for (
      let first = this.chunks[0];
      first !== undefined && this.length - first.length >= this.limit;
      first = this.chunks[0]
    ) {
      this.chunks.shift();
      this.length -= first.length;
    }
    // Many one-byte chunks would cost far more than their bytes.
    if (this.chunks.length > 1024) this.chunks.splice(0, this.chunks.length, Buffer.concat(this.chunks));
  }

  /** Decoded as UTF-8, invalid bytes replaced. */
  text(): string {
    const all = Buffer.concat(this.chunks);
    return all.subarray(Math.max(0, all.length - this.limit)).toString("utf8");
  }
}
