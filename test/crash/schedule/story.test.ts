import { describe, expect, it } from "vitest";
import { tellStory } from "../../../src/crash/schedule/story.js";
import { readScheduleRecord, type ScheduleRecord } from "../../../src/run/scheduled/schedule-record.js";
import type { Stop } from "../../../src/run/scheduled/stops.js";

const frame = (name: string, line: number | null = null) => ({
  function: name,
  file: line === null ? null : "race.c",
  line,
  object: null,
});
const thread = (
  number: number,
  frames: Stop["threads"][number]["frames"],
  waitsFor: string | null = null,
): Stop["threads"][number] => ({ number, stopped: false, waitsFor, frames, instruction: null });
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

  it("says what was called for a wait, at a switch as in the end", () => {
    const switches = [{ from: 0, to: 1, why: "waits", place: "-", pass: 1, steps: 7 }] as const;
    const stop: Stop = {
      kind: "stop",
      at: 0,
      threads: [thread(0, [frame("__futex_wait"), frame("__pthread_clockjoin_ex"), frame("main", 35)])],
    };
    expect(tellStory(switches, record("fault 1 9 11 0x0 /p+0x1"), [stop], signal).sentences[0]).toBe(
      "Thread 1 waits in pthread_join, called from main at race.c:35. Thread 2 goes on.",
    );
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
      "deadlock\njoins 0 1\nwaits 0 202 0x7f10 -1 -\nwaits 1 202 0x4c1268 -1 -\nwaits 3 202 0x4c1290 2 -\nwaits 4 202 0x4c12c0 -1 -\nlock 3 /p+0x90";
    const { sentences, stuck } = tellStory([], record(lines), [stop], signal);
    expect(sentences).toEqual([
      "No thread can ever go on:",
      "Thread 1 waits for the end of thread 2.",
      "Thread 2 waits in pthread_cond_wait, called from consume at race.c:12 for the condition ready.",
      "Thread 4 waits in __lll_lock_wait, called from dine at race.c:9 for forks + 40, which thread 3 held when it ended.",
      "Thread 5 waits in pthread_rwlock_wrlock_full64, called from report at race.c:7 for the read-write lock table.",
    ]);
    expect(stuck).toEqual([
      { where: "consume", waitsFor: "the condition ready", named: true },
      { where: "dine", waitsFor: "forks + 40", named: true },
      { where: "report", waitsFor: "the read-write lock table", named: true },
    ]);
  });

  it("tells the turns that come by themselves after the first switch: without them, who changed the memory is missing", () => {
    const lines = [
      "fault 2 12 6 0x0 /p+0x1372b",
      "switch 0 7 1 1 waits* -",
      "switch 1 3 1 2 chosen /p+0x10",
      "switch 2 9 1 0 chosen /p+0x20",
      "switch 0 8 2 1 waits* -",
      "switch 1 40 1 2 ends* -",
    ].join("\n");
    const told = record(lines);
    const stops: Stop[] = [
      { kind: "stop", at: 1, threads: [thread(2, [frame("reader", 24)])] },
      {
        kind: "stop",
        at: -1,
        threads: [
          thread(0, [frame("__futex_wait"), frame("__pthread_clockjoin_ex"), frame("main", 35)]),
          thread(2, [frame("__pthread_kill"), frame("abort"), frame("__assert_fail"), frame("reader", 26)]),
        ],
      },
    ];
    const { sentences, spans } = tellStory(told.switches, told, stops, signal);
    expect(sentences).toEqual([
      "Thread 2 is stopped at /p+0x10. Thread 3 goes on.",
      "Thread 3 is stopped in reader at race.c:24. Thread 1 goes on.",
      "Thread 1 runs until it waits in pthread_join, called from main at race.c:35. Thread 2 goes on.",
      "Thread 2 runs to its end. Thread 3 goes on in reader at race.c:24.",
      "Thread 3 gets SIGABRT in __assert_fail, called from reader at race.c:26.",
    ]);
    expect(spans.map(({ thread }) => thread)).toEqual([2, 3, 1, 2, 3]);
    // Where a thread waits is what gdb saw at the next switch, as long as it has not run by then.
    const waiting: Stop = {
      kind: "stop",
      at: 1,
      threads: [thread(0, [frame("nanosleep"), frame("main", 9)]), thread(2, [frame("reader", 24)])],
    };
    const slept = record(
      "fault 2 9 11 0x0 /p+0x1\nswitch 0 7 1 1 chosen /p+0x8\nswitch 1 8 1 0 ends* -\nswitch 0 9 1 2 waits* -\nswitch 2 3 1 0 chosen /p+0x10",
    );
    expect(tellStory(slept.switches, slept, [waiting], signal).sentences[2]).toBe(
      "Thread 1 runs until it waits in nanosleep, called from main at race.c:9. Thread 3 goes on.",
    );
    // Of a list that the record does not agree with, its own switches are told.
    expect(
      tellStory(told.switches.slice(1), record("fault 2 12 6 0x0 /p+0x1"), [], signal).sentences,
    ).toEqual([
      "Thread 3 is stopped at /p+0x20. Thread 1 goes on.",
      "Thread 1 runs to its end.",
      "Thread 3 gets SIGABRT at /p+0x1.",
    ]);
  });

  it("tells a child process as one, and that a thread held a lock when it was forked off", () => {
    const lines =
      "deadlock\nof 2 2\njoins 0 2\nforked 2\nwaits 0 61 0x9 -1 -\nwaits 2 202 0x4bc320 1 -\nlock 2 /p+0xbc320";
    const stop: Stop = {
      kind: "stop",
      at: -1,
      threads: [
        thread(0, [frame("wait4"), frame("main", 35)]),
        thread(2, [frame("__lll_lock_wait"), frame("pthread_mutex_lock"), frame("log_line", 13)], "log_lock"),
      ],
    };
    const { sentences, spans, stuck } = tellStory([], record(lines), [stop], signal);
    expect(sentences).toEqual([
      "No thread can ever go on:",
      "Thread 1 waits for the end of process 3.",
      "Process 3 waits in pthread_mutex_lock, called from log_line at race.c:13 for log_lock, which thread 2 held when this process was forked off.",
    ]);
    expect(spans.map((span) => span.process === true)).toEqual([false, true]);
    expect(stuck).toEqual([{ where: "log_line", waitsFor: "log_lock", named: true }]);
  });

  it("names the author's code, not the C++ library's templates or libc's own, and says that a place is no code", () => {
    const header = {
      ...frame("std::__shared_count<int>::~__shared_count", 1071),
      file: "/usr/include/c++/12/bits/p.h",
    };
    const libc = { ...frame("__lll_lock_wait", 52), file: "/build/glibc-x/glibc-2.31/nptl/lowlevellock.c" };
    const lambda = { ...frame("operator()", 23), file: "/opt/repro/src/shared.cc" };
    const at = (frames: Stop["threads"][number]["frames"], place: string) =>
      tellStory(
        [],
        record(`fault 2 1 11 0x0 ${place}`),
        [{ kind: "stop", at: -1, threads: [thread(2, frames)] }],
        signal,
      ).sentences;
    expect(at([header, lambda], "/p+0x1")).toEqual([
      "Thread 3 gets SIGSEGV at address 0x0 in std::__shared_count<…>::~__shared_count, called from a lambda of shared.cc at shared.cc:23.",
    ]);
    expect(at([libc, frame("dine", 9)], "/p+0x1")).toEqual([
      "Thread 3 gets SIGSEGV at address 0x0 in __lll_lock_wait, called from dine at race.c:9.",
    ]);
    expect(at([{ function: null, file: null, line: null, object: null }, header, lambda], "-")).toEqual([
      "Thread 3 gets SIGSEGV at address 0x0 outside of any code, called from a lambda of shared.cc at shared.cc:23.",
    ]);
    expect(at([{ function: null, file: null, line: null, object: "libc.so.6" }], "/p+0x1")).toEqual([
      "Thread 3 gets SIGSEGV at address 0x0 in libc.so.6.",
    ]);
  });
});
