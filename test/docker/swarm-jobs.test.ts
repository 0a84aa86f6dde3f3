import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SwarmRoom } from "../swarm/swarm-room.js";

/** A small part of `npm run test:swarm`: three real engines, a real registry, an image of a few static programs. */
let room: SwarmRoom;
beforeAll(async () => {
  room = await SwarmRoom.make();
}, 300_000);
afterAll(() => room?.remove(), 120_000);

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

describe("a campaign on a swarm of three engines", () => {
  it(
    "makes every attempt once, every cell on every node, and leaves nothing",
    { timeout: 300_000 },
    async () => {
      const shape = {
        cells: ["a", "b"],
        stop: { kind: "runs" as const, runs: 600 },
        parallel: 6,
        block: 100,
      };
      const { outcome, numbers } = await room.campaign(shape, ["end-by-number", "-"]);
      expect(outcome).toMatchObject({ complete: true, infra: [] });
      for (const cell of outcome.cells) {
        expect(cell).toMatchObject({ attempts: 600, infra: 0, ending: "reached" });
        expect(cell.nodes).toHaveLength(3);
        expect(cell.nodes.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(600);
        // The program told its end before it came to it.
        for (const { key, kept } of cell.keys)
          for (const { output } of kept) expect(output?.stdout.head.toString()).toBe(key);
      }
      expect(numbers).toEqual([upTo(600), upTo(600)]);
      expect(await room.engines.services()).toEqual([]);
      // The nodes remove what a removed task used, each by itself, a few seconds later.
      for (const node of [1, 2, 3])
        await expect.poll(() => room.engines.left(node), { timeout: 60_000, interval: 500 }).toEqual([]);
    },
  );

  it("confines an attempt as on one engine", { timeout: 120_000 }, async () => {
    const shape = { stop: { kind: "runs" as const, runs: 1 }, parallel: 1, perSignature: 1 };
    const { outcome } = await room.campaign(shape, ["copy", "/proc/self/status"], { head: 16384 });
    const said = outcome.cells[0]?.keys[0]?.kept[0]?.output?.stdout.head.toString() ?? "";
    expect(said).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
    expect(said).toMatch(/^CapBnd:\t0{16}$/m);
    expect(said).toMatch(/^NoNewPrivs:\t1$/m);
    expect(said).toMatch(/^Seccomp:\t2$/m);
  });

  it("loses a node, says so, and makes its attempts on the others", { timeout: 300_000 }, async () => {
    const shape = { stop: { kind: "runs" as const, runs: 60 }, parallel: 3, block: 10 };
    let killed: Promise<void> | null = null;
    const { outcome, numbers } = await room.campaign(shape, ["burn", "60"], {
      progress: ({ kind }) => {
        if (kind === "attempts") killed ??= room.engines.kill(3);
      },
    });
    expect(killed).not.toBeNull();
    await (killed as Promise<void> | null);
    expect(outcome).toMatchObject({ complete: true });
    expect(outcome.cells[0]).toMatchObject({ attempts: 60, ending: "reached" });
    expect(outcome.infra.map(({ message }) => message).join("\n")).toMatch(/node|log|said nothing/);
    expect(numbers).toEqual([upTo(60)]);
  });
});
