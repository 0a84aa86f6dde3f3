/** Bytes that may wait for their reader before the source is asked to pause. */
const HIGH_WATER = 1024 * 1024;
const LOW_WATER = 256 * 1024;

/**
 * Chunks on their way from a socket to one reader, bounded: above the high-water mark the source is paused. A reader that leaves
 * early lets the rest drain away, for a program blocks on a pipe that nobody empties.
 */
export class ChunkQueue implements AsyncIterable<Buffer> {
  private readonly chunks: Buffer[] = [];
  private waiting = 0;
  private ended: { readonly error: Error | null } | null = null;
  private left = false;
  private wake: (() => void) | null = null;

  /** `pause(true)` stops the source, `pause(false)` lets it go on. */
  constructor(private readonly pause: (stop: boolean) => void) {}

  push(chunk: Buffer): void {
    if (this.left || this.ended || chunk.length === 0) return;
    this.chunks.push(chunk);
    this.waiting += chunk.length;
    if (this.waiting > HIGH_WATER) this.pause(true);
    this.wake?.();
  }

  /** No more comes; an error is thrown to the reader after what is there already. */
  end(error: Error | null): void {
    this.ended ??= { error };
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    try {
      for (;;) {
        const chunk = this.chunks.shift();
        if (chunk !== undefined) {
          this.waiting -= chunk.length;
          if (this.waiting < LOW_WATER) this.pause(false);
          yield chunk;
        } else if (this.ended) {
          if (this.ended.error) throw this.ended.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
          });
          this.wake = null;
        }
      }
    } finally {
      this.left = true;
      this.chunks.length = 0;
      this.waiting = 0;
      this.pause(false);
    }
  }
}
