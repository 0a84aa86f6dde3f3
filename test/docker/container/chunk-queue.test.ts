import { describe, expect, it } from "vitest";
import { ChunkQueue } from "../../../src/docker/container/chunk-queue.js";

const MIB = 1024 * 1024;

describe("ChunkQueue", () => {
  it("pauses its source while more than a MiB waits, and lets it go on once it was read", async () => {
    const pauses: boolean[] = [];
    const queue = new ChunkQueue((stop) => pauses.push(stop));
    for (let i = 0; i < 5; i++) queue.push(Buffer.alloc(MIB / 4));
    expect(pauses).toEqual([true]);
    queue.end(null);
    let bytes = 0;
    for await (const chunk of queue) bytes += chunk.length;
    expect(bytes).toBe((5 * MIB) / 4);
    expect(pauses.at(-1)).toBe(false);
  });

  it("gives what came before an error, then the error", async () => {
    const queue = new ChunkQueue(() => undefined);
    queue.push(Buffer.from("a"));
    queue.end(new Error("cut"));
    queue.push(Buffer.from("after the end"));
    const got: string[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of queue) got.push(chunk.toString());
    };
    await expect(read()).rejects.toThrow("cut");
    expect(got).toEqual(["a"]);
  });

  it("wakes a reader that waits", async () => {
    const queue = new ChunkQueue(() => undefined);
    const reader = queue[Symbol.asyncIterator]();
    const next = reader.next();
    queue.push(Buffer.from("late"));
    expect((await next).value?.toString()).toBe("late");
    const last = reader.next();
    queue.end(null);
    expect((await last).done).toBe(true);
  });

  it("lets the rest drain once its reader has left", async () => {
    const pauses: boolean[] = [];
    const queue = new ChunkQueue((stop) => pauses.push(stop));
    for (let i = 0; i < 8; i++) queue.push(Buffer.alloc(MIB));
    for await (const _ of queue) break;
    expect(pauses.at(-1)).toBe(false);
    pauses.length = 0;
    for (let i = 0; i < 8; i++) queue.push(Buffer.alloc(MIB));
    expect(pauses).toEqual([]);
  });
});
