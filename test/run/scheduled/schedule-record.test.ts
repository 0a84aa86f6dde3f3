import { describe, expect, it } from "vitest";
import { readScheduleRecord } from "../../../src/run/scheduled/schedule-record.js";

const HEAD = "steps 5990 switches 3 tasks 3 mean 32 length 6000 dropped 0";

describe("what the scheduler tells of an attempt", () => {
  it("is read: counts, the fault, and the switches but those that would have come anyway", () => {
    const text = [
      HEAD,
      "rule random depth 3 stops 6012",
      "fault 2 1803 11 0x0 /opt/repro/a program+0x2e238",
      "switch 0 1097 1 1 waits* -",
      "switch 1 457 24 2 chosen /opt/repro/a program+0x1715b",
      "switch 2 286 1 1 waits -",
      "switch 1 460 2 0 calling+sleep /opt/repro/a program+0x1715b",
      "switch 0 1100 2 0 waits*+limit -",
    ].join("\n");
    expect(readScheduleRecord(`${text}\n`)).toEqual({
      steps: 5990,
      tasks: 3,
      rule: { rule: "random", mean: 32 },
      mean: 32,
      length: 6000,
      dropped: 0,
      deadlock: false,
      waiters: [],
      clock: null,
      hold: null,
      fault: { thread: 2, steps: 1803, signal: 11, address: "0x0", place: "/opt/repro/a program+0x2e238" },
      switches: [
        { from: 1, steps: 457, pass: 24, to: 2, why: "chosen", place: "/opt/repro/a program+0x1715b" },
        { from: 2, steps: 286, pass: 1, to: 1, why: "waits", place: "-" },
        {
          from: 1,
          steps: 460,
          pass: 2,
          to: 0,
          why: "calling",
          place: "/opt/repro/a program+0x1715b",
          wakes: "sleep",
        },
      ],
      handovers: [
        { from: 0, to: 1, usual: true, why: "waits" },
        { from: 1, to: 2, usual: false, why: "chosen" },
        { from: 2, to: 1, usual: false, why: "waits" },
        { from: 1, to: 0, usual: false, why: "calling", wakes: "sleep" },
        { from: 0, to: 0, usual: true, why: "waits", wakes: "limit" },
      ].map((turn) => expect.objectContaining(turn) as unknown),
      processes: new Map(),
    });
  });

  it("says who waits for whom in a deadlock", () => {
    const record = readScheduleRecord(
      `${HEAD}\ndeadlock\nwaits 1 202 0x4c1260 2 /opt/repro/program+0x1\nwaits 0 202 0x7f00 -1 -\n`,
    );
    expect(record?.deadlock).toBe(true);
    expect(record?.waiters.map(({ thread, holder }) => [thread, holder])).toEqual([
      [1, 2],
      [0, null],
    ]);
  });

  it("says who waits for whose end, which locks were held when a process was forked off, and which threads are of which process", () => {
    const lines =
      "deadlock\nof 2 2\nof 3 2\njoins 0 2\nforked 2\nwaits 0 61 0x9 -1 -\nwaits 2 202 0x4c1260 1 -\nwaits 3 202 0x1 -1 -";
    const record = readScheduleRecord(`${HEAD}\n${lines}\n`);
    expect(record?.waiters.map(({ joins, forked }) => [joins, forked])).toEqual([
      [2, false],
      [null, true],
      [null, false],
    ]);
    expect(record?.processes).toEqual(
      new Map([
        [2, 2],
        [3, 2],
      ]),
    );
  });

  it("says where a thread was held, and whether any was", () => {
    const held = (line: string) => readScheduleRecord([HEAD, "rule hold depth 3 stops 0", line].join("\n"));
    const hold = { pass: 3, ms: 20, place: "/opt/repro/program+0x16a7" };
    expect(held("hold 3 20 3 1 /opt/repro/program+0x16a7")).toMatchObject({
      rule: { rule: "hold" },
      hold: { hold, passes: 3, thread: 1 },
    });
    expect(held("hold 3 20 2 -1 /opt/repro/program+0x16a7")?.hold).toEqual({ hold, passes: 2, thread: null });
    expect(held("hold 3 20 2 -1 ../program+0x16a7")?.hold).toBeNull();
  });

  it("is no record where its first line is none, and leaves out lines that it would not write", () => {
    expect(readScheduleRecord("switch 0 1 1 1 chosen /a+0x1\n")).toBeNull();
    expect(readScheduleRecord("")).toBeNull();
    const hostile = [HEAD, "switch 0 1 1 1 chosen ../a+0x1", "switch 0 1 1 1 grabs /a+0x1", "switch 9e9"];
    expect(readScheduleRecord(hostile.join("\n"))?.switches).toEqual([]);
  });
});
