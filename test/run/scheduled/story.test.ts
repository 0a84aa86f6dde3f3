import { describe, expect, it } from "vitest";
import { describePlace, tellStory } from "../../../src/run/scheduled/story.js";
import { readScheduleRecord, type ScheduleRecord } from "../../../src/run/scheduled/schedule-record.js";
import type { Stop } from "../../../src/run/scheduled/stops.js";

const frame = (name: string, line: number | null = null) => ({
  function: name,
  file: line === null ? null : "race.c",
  line,
  object: null,
});
const record = (lines: string): ScheduleRecord =>
  readScheduleRecord(`steps 1 switches 1 tasks 3 mean 0 length 0 dropped 0\n${lines}`) as ScheduleRecord;
const signal = (number: number): string => (number === 11 ? "SIGSEGV" : "SIGABRT");

describe("the story of a schedule", () => {
  it("says who was stopped where, who went on, and what came of it", () => {
    const at = (at: number, reader: ReturnType<typeof frame>[]): Stop => ({
      kind: "stop",
      at,
      threads: [
        {
          number: 2,
          waitsFor: null,
          stopped: true,
          frames: reader,
          instruction: at < 0 ? null : "mov    -0x10(%rbp),%rax",
        },
        ...(at < 0
          ? []
          : [
              { number: 1, stopped: false, waitsFor: null, frames: [frame("writer", 14)], instruction: null },
            ]),
      ],
    });
    const stops = [at(0, [frame("reader", 9)]), at(-1, [frame("strlen"), frame("reader", 9)])];
    const switches = [{ from: 2, to: 1, why: "chosen", place: "/p+0x1", pass: 3, steps: 70 }] as const;
    expect(tellStory(switches, record("fault 2 90 11 0x0 /p+0x2"), stops, signal)).toEqual({
      sentences: [
        "Thread 3 is stopped in reader at race.c:9, before `mov    -0x10(%rbp),%rax`. Thread 2 goes on in writer at race.c:14.",
        "Thread 2 runs to its end.",
        "Thread 3 gets SIGSEGV at address 0x0 in strlen, called from reader at race.c:9.",
      ],
      spans: [
        { thread: 3, what: "is stopped in reader at race.c:9" },
        { thread: 2, what: "runs to its end" },
        { thread: 3, what: "SIGSEGV in strlen, called from reader at race.c:9" },
      ],
      stuck: [],
    });
  });

  it("says that a thread goes on because its sleep or the time limit of its wait is over, also where it goes on before all others", () => {
    const switches = [
      { from: 1, to: 0, why: "chosen", place: "/p+0x1", pass: 3, steps: 70, wakes: "sleep" },
      { from: 0, to: 0, why: "waits", place: "-", pass: 2, steps: 90, wakes: "limit" },
    ] as const;
    const { sentences, spans } = tellStory(switches, record("fault 0 90 11 0x0 /p+0x2"), [], signal);
    expect(sentences).toEqual([
      "Thread 2 is stopped at /p+0x1. Thread 1 goes on, since its sleep is over.",
      "Thread 1 waits. It goes on before any other thread does, since the time limit of its wait is over.",
      "Thread 1 gets SIGSEGV at address 0x0 at /p+0x2.",
    ]);
    expect(spans.map(({ what }) => what)).toEqual([
      "is stopped",
      "goes on, since its sleep is over; waits",
      "goes on, since the time limit of its wait is over; SIGSEGV",
    ]);
  });

  it("tells a deadlock by who waits for what and who holds it", () => {
    const { sentences } = tellStory(
      [],
      record("deadlock\nwaits 1 202 0x4c1260 2 -\nwaits 2 202 0x4c1290 1 -"),
      [],
      signal,
    );
    expect(sentences).toEqual([
      "No thread can ever go on:",
      "Thread 2 waits for the lock at 0x4c1260, which thread 3 holds.",
      "Thread 3 waits for the lock at 0x4c1290, which thread 2 holds.",
    ]);
  });

  it("says what is waited for by libc's function, who held a lock at its end, and what the threads of a deadlock have in common with those of another run", () => {
    const stop: Stop = {
      kind: "stop",
      at: -1,
      threads: [
        {
          number: 0,
          stopped: false,
          waitsFor: null,
          frames: [frame("pthread_join"), frame("main", 30)],
          instruction: null,
        },
        {
          number: 1,
          stopped: false,
          waitsFor: "ready + 40",
          frames: [frame("__futex_wait"), frame("pthread_cond_wait@@GLIBC_2.3.2"), frame("consume", 12)],
          instruction: null,
        },
        {
          number: 4,
          stopped: false,
          waitsFor: "table + 8",
          frames: [frame("__pthread_rwlock_wrlock_full64"), frame("report", 7)],
          instruction: null,
        },
        {
          number: 3,
          stopped: false,
          waitsFor: "forks + 40",
          frames: [frame("__lll_lock_wait"), frame("dine", 9)],
          instruction: null,
        },
      ],
    };
    const lines =
      "deadlock\nwaits 0 202 0x7f10 1 -\nwaits 1 202 0x4c1268 -1 -\nwaits 3 202 0x4c1290 2 -\nwaits 4 202 0x4c12c0 -1 -\nlock 3 /p+0x90";
    const { sentences, stuck } = tellStory([], record(lines), [stop], signal);
    expect(sentences).toEqual([
      "No thread can ever go on:",
      "Thread 1 waits for the end of thread 2.",
      "Thread 2 waits in __futex_wait, called from consume at race.c:12 for the condition ready.",
      "Thread 4 waits in __lll_lock_wait, called from dine at race.c:9 for forks + 40, which thread 3 held when it ended.",
      "Thread 5 waits in __pthread_rwlock_wrlock_full64, called from report at race.c:7 for the read-write lock table.",
    ]);
    expect(stuck).toEqual([
      { where: "consume", waitsFor: "the condition ready" },
      { where: "dine", waitsFor: "forks + 40" },
      { where: "report", waitsFor: "the read-write lock table" },
    ]);
  });

  it("names a library's function by its caller in the program, and a place without a name as such", () => {
    expect(describePlace([])).toBe("");
    expect(describePlace([frame("writer", 3)])).toBe("in writer at race.c:3");
    expect(describePlace([{ function: null, file: null, line: null, object: "libc.so.6" }])).toBe(
      "in libc.so.6",
    );
  });
});
