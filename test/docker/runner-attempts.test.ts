import { beforeAll, describe, expect, it } from "vitest";
import { exitCode, termSignal, type Attempt } from "../../src/run/attempt.js";
import { runOnce } from "../../src/run/runner/once.js";
import { Runner } from "../../src/run/runner/runner.js";
import type { Task } from "../../src/run/runner/container-task.js";
import { atEnd, openEngine } from "./engines.js";
import { attemptsOf, openRunner } from "./open-runner.js";
import { ask, ours } from "./raw.js";
import { runnerImage, testTask } from "./runner-image.js";
import { tinyImage } from "./tiny.js";

let image: string;
beforeAll(async () => {
  image = await runnerImage(await openEngine());
});

async function once(
  argv: readonly string[],
  more: Parameters<typeof testTask>[2] = {},
): Promise<Attempt & { text: string }> {
  const task = testTask(image, ["/attempt", ...argv], more);
  const attempt = await runOnce(await openEngine(), task, new AbortController().signal);
  return { ...attempt, text: output(attempt) };
}

function output({ output }: Attempt): string {
  return output === null ? "" : Buffer.concat([output.stdout.head, output.stdout.tail]).toString();
}

describe("a look at what the program maps", () => {
  it.each([
    ["ends well", ["exit", "0"]],
    ["dies of a signal", ["signal", "11"]],
    ["goes on for longer than is looked", ["wait", "5000"]],
    ["writes more than a pipe holds", ["out", "300000"]],
  ])("of one that %s", async (_what, argv) => {
    const runner = await openRunner(testTask(image, ["/attempt", ...argv], { run: { timeoutMs: 500 } }));
    expect(await runner.look()).toEqual({ executable: "/attempt", files: ["/attempt"] });
    // It was no attempt, and the next one is as it would have been.
    const [attempt] = await attemptsOf(runner.run(1, 1));
    expect(attempt).toMatchObject({ number: 1, leftovers: 0 });
  });
});

describe("a look at the processes that the program makes", () => {
  const lookAt = async (argv: readonly string[]) => {
    const runner = await openRunner(testTask(image, ["/attempt", ...argv], { run: { timeoutMs: 5000 } }));
    const seen = await runner.look();
    // It was no attempt, and the next one is as it would have been.
    const [attempt] = await attemptsOf(runner.run(1, 1));
    expect(attempt).toMatchObject({ number: 1, leftovers: 0 });
    return seen?.children;
  };

  it("tells which of them a signal ended as a crash does, though the program ends well", async () => {
    expect(await lookAt(["child", "11", "exit", "0"])).toEqual([
      { signal: "SIGSEGV", executable: "/attempt" },
    ]);
  });

  it("tells nothing of one that a program ends on purpose", async () => {
    expect(await lookAt(["child", "15", "exit", "0"])).toBeUndefined();
  });

  it("tells each kind once, however many there are", async () => {
    const many = Array.from({ length: 50 }, () => ["child", "6"]).flat();
    expect(await lookAt([...many, "child", "11", "exit", "0"])).toEqual([
      { signal: "SIGABRT", executable: "/attempt" },
      { signal: "SIGSEGV", executable: "/attempt" },
    ]);
  });

  it("follows no more of them than it can, and leaves none behind", async () => {
    const runner = await openRunner(testTask(image, ["/attempt", "crowd", "90", "exit", "0"]));
    expect(await runner.look()).toEqual({ executable: "/attempt", files: ["/attempt"] });
    const [attempt] = await attemptsOf(runner.run(1, 1));
    expect(attempt).toMatchObject({ number: 1, status: 0 });
    expect(attempt?.leftovers).toBeGreaterThan(32);
  });
});

describe("an attempt that hangs", () => {
  const looksOf = (argv: readonly string[], timeoutMs = 10_000): Task["looks"] => ({
    most: 1,
    timeoutMs,
    argv: ["/attempt", ...argv],
    env: {},
    mark: "mark",
  });
  const said = `mark {"kind":"problem","stage":"run","text":"so it stands"}\n`;
  const hanging = (looks: Task["looks"]): Task => ({
    ...testTask(image, ["/attempt", "err", "0123456789", "wait", "1"], { run: { timeoutMs: 300 } }),
    looks,
  });

  it("is looked at as it stands, which is none of its time, its output or its end; the next is not", async () => {
    const runner = await openRunner(hanging(looksOf(["err", said, "sleep", "1500"])));
    const [first, second] = await attemptsOf(runner.run(1, 2));
    for (const each of [first, second])
      expect(each).toMatchObject({ timedOut: true, status: 9, bytesErr: 10 });
    expect(first?.durationMs).toBeLessThan(1500);
    expect(first?.hang).toEqual({ captures: [], problems: ["so it stands"] });
    expect(second).not.toHaveProperty("hang");
  });

  it("ends all the same where what looks at it does not", async () => {
    const runner = await openRunner(hanging(looksOf(["err", said, "wait", "1"], 500)));
    const [first, second] = await attemptsOf(runner.run(1, 2));
    expect(first).toMatchObject({ timedOut: true, leftovers: 0 });
    expect(first?.hang?.problems).toEqual(["so it stands"]);
    expect(second).toMatchObject({ number: 2, timedOut: true, leftovers: 0 });
  });

  it("ends all the same where nothing can look at it", async () => {
    const runner = await openRunner(
      hanging({ most: 1, timeoutMs: 200, argv: ["/not-there"], env: {}, mark: "mark" }),
    );
    expect(await attemptsOf(runner.run(1, 1))).toMatchObject([
      { timedOut: true, leftovers: 0, bytesErr: 10 },
    ]);
  });
});

describe("an attempt", () => {
  // docs/explanation/docker-failures.md, 1: as process 1, and through shells and init programs, exit 139 and SIGSEGV look alike.
  it("ends as the kernel says: every exit code, every signal", async () => {
    const runner = await openRunner(testTask(image, ["/attempt", "end-by-number", "-"]));
    const made = await attemptsOf(runner.run(1, 400));
    const ends = made.map(({ status, timedOut }) => {
      const signal = termSignal(status);
      expect(timedOut).toBe(false);
      return signal === null ? `exit ${exitCode(status)}` : `signal ${signal}`;
    });
    expect(ends).toEqual(made.map(output));
    const seen = new Set(ends);
    for (const end of ["exit 0", "exit 139", "exit 137", "exit 124", "signal 11", "signal 9", "signal 64"])
      expect(seen).toContain(end);
    expect(seen.size).toBe(256 + 54);
  });

  it("is given arguments, environment, directory and input, and nothing else", async () => {
    const { text } = await once(["directory", "", "arguments", "", "copy", "-", "environment", "é\n 'x'"], {
      run: { env: { FOO: "bar=baz\n", EMPTY: "" } },
    });
    expect(text.split("\n")).toEqual([
      "/tmp",
      ...["/attempt", "directory", "", "arguments", "", "copy", "-", "environment", "é"].map((each) =>
        each === "é" ? "[é" : `[${each}]`,
      ),
      " 'x']",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "HOME=/tmp",
      "FOO=bar=baz",
      "",
      "EMPTY=",
      "",
    ]);
  });

  it("reads its input from the start, each anew", async () => {
    const runner = await openRunner(testTask(image, ["/attempt", "copy", "-"], { run: { stdin: "data" } }));
    expect((await attemptsOf(runner.run(1, 5))).map(output)).toEqual(Array(5).fill("from a file\n"));
  });

  it("has the limits of its plan, and writes no core file", async () => {
    const pattern = (await once(["copy", "/proc/sys/kernel/core_pattern"])).text;
    // A handler that core files are piped to is called even at 0, and left alone at 1.
    const core = /^[|@]/.test(pattern) ? "core 1 1" : "core 0 0";
    const { text } = await once(["limits", ""], { run: { limits: { stack: 1 << 20, files: 77 } } });
    expect(text).toMatch(new RegExp(`^${core}\nstack 1048576 -?\\d+\nfiles 77 77\n$`));
    const unlimited = await once(["limits", ""], { run: { limits: { stack: null, files: 4000 } } });
    expect(unlimited.text).toBe(`${core}\nstack -1 -1\nfiles 4000 4000\n`);
  });

  it("is measured: time, processor time, memory, bytes", async () => {
    const attempt = await once(["touch", "20", "burn", "50", "out", "100000", "err", "0123456789"]);
    expect(attempt.userMs + attempt.systemMs).toBeGreaterThanOrEqual(50);
    expect(attempt.durationMs).toBeGreaterThanOrEqual(50);
    expect(attempt.maxRssKiB).toBeGreaterThan(20 * 1024);
    expect(attempt.maxRssKiB).toBeLessThan(30 * 1024);
    expect(attempt).toMatchObject({ number: 1, bytesOut: 100_000, bytesErr: 10, leftovers: 0 });
  });

  it("keeps the head and the tail of what it writes", async () => {
    const { output } = await once(["out", "100000", "err", "short"], { output: { head: 100, tail: 1000 } });
    const letter = (at: number): number => "a".charCodeAt(0) + (at % 26);
    expect([...(output?.stdout.head ?? [])]).toEqual(Array.from({ length: 100 }, (_, at) => letter(at)));
    expect([...(output?.stdout.tail ?? [])]).toEqual(
      Array.from({ length: 1000 }, (_, at) => letter(99_000 + at)),
    );
    expect(output?.stderr).toEqual({ head: Buffer.from("short"), tail: Buffer.alloc(0), total: 5 });
  });

  it("may write much that is kept, as a capture does", async () => {
    const { output } = await once(["out", "20000000"], { output: { head: 16 << 20, tail: 0 } });
    expect(output?.stdout.head.length).toBe(16 << 20);
    expect(output?.stdout.total).toBe(20_000_000);
  });

  it("whose time is over is ended, and said to be", async () => {
    const { status, timedOut, text, durationMs } = await once(["out", "3", "out", "2", "wait", ""], {
      run: { timeoutMs: 300 },
    });
    expect([termSignal(status), timedOut]).toEqual([9, true]);
    expect(durationMs).toBeGreaterThanOrEqual(300);
    // Buffered by the program, which had no end of its own.
    expect(text).toBe("");
  });

  it("that the kernel ends for want of memory is said to be", async () => {
    const runner = await openRunner(testTask(image, ["/attempt", "touch", "100"]));
    for (const { status, timedOut, oom } of await attemptsOf(runner.run(1, 3)))
      expect([termSignal(status), timedOut, oom]).toEqual([9, false, true]);
    const own = await once(["signal", "9"]);
    expect([termSignal(own.status), own.timedOut, own.oom]).toEqual([9, false, false]);
  });
});

describe("a run of attempts", () => {
  it("numbers them, times them by the campaign's clock, and keeps the output of those that failed", async () => {
    const task = testTask(image, ["/attempt", "end-by-number", "-"], { output: { keep: "failed" } });
    const runner = await openRunner(task, () => 5000);
    const made = [...(await attemptsOf(runner.run(100, 300))), ...(await attemptsOf(runner.run(400, 20)))];
    expect(made.map(({ number }) => number)).toEqual(Array.from({ length: 320 }, (_, at) => 100 + at));
    expect(made.every(({ startMs }) => startMs >= 5000)).toBe(true);
    for (const { status, output, bytesOut } of made) {
      expect(bytesOut).toBeGreaterThan(0);
      expect(output === null).toBe(status === 0);
    }
  });

  it("is reported while it goes on", async () => {
    const runner = await openRunner(testTask(image, ["/attempt", "burn", "30"]));
    const sizes: number[] = [];
    for await (const batch of runner.run(1, 20)) sizes.push(batch.length);
    expect(sizes.length).toBeGreaterThan(2);
  });

  it("of a condition with load, a padded environment and one CPU goes on as any other", async () => {
    const condition = {
      name: "all",
      title: "everything",
      env: { A: "condition" },
      cpus: "0",
      load: 2,
      stack: 512 * 1024,
      padding: 50_000,
      files: {},
    };
    const runner = await openRunner(
      testTask(image, ["/attempt", "limits", "", "environment", ""], {
        condition,
        run: { env: { A: "run" } },
      }),
    );
    for (const attempt of await attemptsOf(runner.run(1, 3))) {
      expect(attempt.bytesOut).toBeGreaterThan(50_000);
      expect(attempt.leftovers).toBe(0);
      expect(output(attempt)).toContain("stack 524288 ");
      expect(output(attempt)).toContain("\nA=condition\n");
    }
  });
});

describe("what is not an attempt's outcome is a failure", () => {
  const none = new AbortController().signal;
  it("where the program cannot be started", async () => {
    const runner = await openRunner({ ...testTask(image, ["/missing"]), what: "glibc-2.36" });
    await expect(attemptsOf(runner.run(1, 1))).rejects.toThrow(
      "glibc-2.36: attempt 1: exec: /missing: No such file or directory",
    );
    const data = await openRunner(testTask(image, ["/repro/data"]));
    await expect(attemptsOf(data.run(7, 1))).rejects.toThrow(
      "data: attempt 7: exec: /repro/data: Permission denied",
    );
  });

  it("where its input is not there", async () => {
    const runner = await openRunner(testTask(image, ["/attempt"], { run: { stdin: "nothing" } }));
    await expect(attemptsOf(runner.run(1, 1))).rejects.toThrow(
      "attempt: attempt 1: input: /repro/nothing: No such file or directory",
    );
  });

  it("where the image has no runner", async () => {
    const engine = await openEngine();
    await expect(runOnce(engine, testTask(await tinyImage(engine), ["/tiny"]), none)).rejects.toMatchObject({
      kind: "infrastructure",
    });
  });

  it("where the container is killed, then and afterwards", async () => {
    const runner = await openRunner(testTask(image, ["/attempt", "wait", ""]));
    const [name] = await ours();
    const run = attemptsOf(runner.run(1, 1));
    // It may fail before the engine has answered the kill.
    run.catch(() => undefined);
    await ask("POST", `/containers/${name}/kill`);
    await expect(run).rejects.toThrow(
      /lost the runner in container vivarium-.*: it ended with exit code 137/,
    );
    await expect(attemptsOf(runner.run(2, 1))).rejects.toMatchObject({ kind: "infrastructure" });
  });

  it("where it is aborted: interrupted, at once", async () => {
    const abort = new AbortController();
    const task = testTask(image, ["/attempt", "wait", ""], { run: { timeoutMs: 600_000 } });
    const runner = await Runner.open(await openEngine(), task, abort.signal, () => 0);
    atEnd(() => runner.close());
    const run = attemptsOf(runner.run(1, 1));
    abort.abort();
    await expect(run).rejects.toMatchObject({ kind: "interrupted" });
  });
});
