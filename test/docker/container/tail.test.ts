import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Tail } from "../../../src/docker/container/tail.js";

describe("Tail", () => {
  it("keeps exactly the last bytes of any stream", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 40 })),
        fc.integer({ min: 1, max: 64 }),
        (chunks, limit) => {
          const tail = new Tail(limit);
          for (const chunk of chunks) tail.push(Buffer.from(chunk));
          expect(tail.text()).toBe(chunks.join("").slice(-limit));
        },
      ),
    );
  });

  it("stays small under a flood of single bytes", () => {
    const tail = new Tail(1000);
    for (let i = 0; i < 20_000; i++) tail.push(Buffer.from(String(i % 10)));
    expect(tail.text()).toHaveLength(1000);
    expect(tail.text().endsWith("9")).toBe(true);
  });
});
