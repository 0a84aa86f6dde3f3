import { beforeAll, describe, expect, it } from "vitest";
import { assembleEvidence } from "../../src/crash/assemble-evidence.js";
import type { Evidence } from "../../src/crash/evidence.js";
import { signatureOf } from "../../src/crash/signature.js";
import { EngineCaptures } from "../../src/run/capture/capture-place.js";
import { readGdbAnswer } from "../../src/run/capture/gdb-answer.js";
import { gdbRequest, gdbTask } from "../../src/run/capture/gdb-task.js";
import { captureProgram, readAll } from "./capture-program.js";
import { openEngine } from "./engines.js";
import { faultImage, SUITES, type FaultImage } from "./fault-image.js";

const images = new Map<string, FaultImage>();
beforeAll(async () => {
  const engine = await openEngine();
  for (const suite of SUITES) images.set(suite, await faultImage(engine, suite));
});

const TIMEOUT = { kind: "timeout", signal: null, exitCode: null } as const;

/** What one run of a program that hangs shows, and how it is called. */
async function hang(suite: string, program: string): Promise<{ title: string; evidence: Evidence }> {
  const image = images.get(suite) as FaultImage;
  const captured = await captureProgram(
    image,
    program,
    { timeoutMs: 1000 },
    { timeoutMs: 20_000, hangs: true },
  );
  expect(captured).toMatchObject({ problems: [], ends: { timeout: 1 } });
  const [capture, ...more] = readAll(captured);
  expect(more).toEqual([]);
  expect(capture).toMatchObject({ hang: true, fatal: false });
  const evidence = assembleEvidence({
    outcome: TIMEOUT,
    goTrace: null,
    output: null,
    capture: capture ?? null,
    captures: { tried: 1, met: 1 },
    notes: [],
  });
  expect(evidence.siginfo).toBeNull();
  expect(evidence.explanation?.kind).toBe("hang");
  return { title: signatureOf(evidence, TIMEOUT).title, evidence };
}

describe.each(SUITES)("a program that hangs, on %s", (suite) => {
  const libc = { static: "", dynamic: " (libc.so.6)" };
  /** Before glibc 2.34 threads are in a library of their own. */
  const threads = { static: "", dynamic: suite === "glibc-2.31" ? " (libpthread.so.0)" : libc.dynamic };

  describe.each(["static", "dynamic"] as const)("linked %s", (link) => {
    it("waits for a mutex that its own thread holds", async () => {
      const { title, evidence } = await hang(suite, `hang-again.${link}`);
      expect(title).toBe(`hang in pthread_mutex_lock${threads[link]}, called from take`);
      expect(evidence.explanation?.text).toMatch(
        /^at the time limit thread 1 waits in the system call futex.*: .*pthread_mutex_lock <- take <- main/,
      );
      // A static program of glibc 2.31 without a second thread does not know its own thread's id: the mutex has no owner.
      if (suite === "glibc-2.31" && link === "static") return;
      expect(evidence.explanation?.text).toContain("for the mutex `lock` that it holds itself");
      expect(evidence.explanation?.facts).toContain(
        "a deadlock: thread 1 locks a mutex again that it has locked",
      );
    });

    it("waits in two threads, each for the other's mutex", async () => {
      const { title, evidence } = await hang(suite, `hang-deadlock.${link}`);
      expect(title).toBe(`hang in pthread_mutex_lock${threads[link]}, called from forth`);
      expect(evidence.explanation?.facts[0]).toBe(
        "a deadlock: thread 2 waits for thread 3, thread 3 waits for thread 2",
      );
      expect(evidence.threads).toHaveLength(3);
    });

    it("waits for input", async () => {
      const { title } = await hang(suite, `hang-read.${link}`);
      expect(title).toMatch(
        /^hang in (?:__)?read(?: \(lib(?:c\.so\.6|pthread\.so\.0)\))?, called from main$/,
      );
    });
  });

  it.each(["static", "dynamic", "musl"])(
    "runs for ever, linked %s: only the frames that stay are told",
    async (link) => {
      const { title, evidence } = await hang(suite, `hang-busy.${link}`);
      expect(title).toBe("hang in rounds, called from main");
      expect(evidence.explanation?.text).toBe(
        "at the time limit thread 1 runs in rounds <- main, where every look found it",
      );
    },
  );

  it("waits on musl, where the system call alone can be told", async () => {
    expect((await hang(suite, "hang-again.musl")).title).toMatch(/^hang in /);
  });

  it("runs for ever in Go: gdb's looks tell what stays", async () => {
    const { title, evidence } = await hang(suite, "go-busy");
    expect(title).toBe("hang in main.rounds, called from main.main");
    expect(evidence.explanation?.text).toMatch(
      /^at the time limit thread \d runs in main\.rounds <- main\.main/,
    );
  });

  it("waits in Go: its main goroutine tells where", async () => {
    const { title, evidence } = await hang(suite, "go-hang");
    expect(title).toBe("hang (IO wait) in net.(*TCPListener).Accept, called from main.serve");
    expect(evidence.explanation?.text).toMatch(
      /^at the time limit goroutine 1 is in the state `IO wait`: .* <- net\..*/,
    );
    expect(evidence.go?.signal?.name).toBe("SIGQUIT");
  });

  it("ended before gdb could look at it, which is said in plain words", async () => {
    const { cell, binary } = images.get(suite) as FaultImage;
    const program = binary("hang-read.static");
    const request = gdbRequest(cell, program, 1000);
    const task = gdbTask(cell, program, request, 20_000, { "vivarium.test": "capture" });
    // What the runner tells gdb of an attempt's process, which is no more: no process has the kernel's highest id plus one.
    const run = { ...task.run, env: { ...task.run.env, VIVARIUM_HUNG: "4194305\n" } };
    const runner = await new EngineCaptures(await openEngine()).open({
      task: { ...task, run },
      signal: new AbortController().signal,
      elapsed: () => 0,
    });
    try {
      for await (const [attempt] of runner.run(1, 1)) {
        if (!attempt?.output) throw new Error("gdb said nothing");
        const { captures, problems } = readGdbAnswer(attempt.output.stdout, request.mark, 1);
        expect({ captures, problems }).toEqual({
          captures: [],
          problems: ["the program ended while gdb looked at it"],
        });
      }
    } finally {
      await runner.close();
    }
  });
});
