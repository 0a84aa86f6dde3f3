import { describe, expect, test } from "vitest";
import { createProgress } from "../../src/progress/progress.js";
import type { ProgressKind } from "../../src/progress/progress.js";
import { attempts, finish, halfway } from "./events.js";
import { HandClock, Screen } from "./screen.js";

const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

function start(kind: ProgressKind, size: ConstructorParameters<typeof Screen>[0] = {}, env = {}) {
  const clock = new HandClock();
  const screen = new Screen(size);
  return { clock, screen, ...createProgress(kind, screen.stream, clock, env) };
}

describe("terminal", () => {
  test.each([80, 50, 24])("shows a live block and leaves a summary, %d columns wide", async (columns) => {
    const { clock, screen, sink, close } = start("terminal", { columns });
    halfway(sink, clock);
    expect(await screen.seen()).toMatchSnapshot("halfway");
    finish(sink, clock);
    close();
    expect(await screen.seen()).toMatchSnapshot("at the end");
    expect(clock.running).toBe(0);
  });

  test("never writes a line wider than the terminal", async () => {
    const { clock, screen, sink, close } = start("terminal", { columns: 80 });
    sink({ kind: "step-started", id: "a", title: "building ".repeat(30) });
    sink({ kind: "step-output", id: "a", line: "x".repeat(500) });
    sink(attempts(`glibc-2.36/go-1.19 on glibc-2.41 ${"very ".repeat(20)}long`, 999_999, { of: 1_000_000 }));
    clock.advance(100);
    const lines = (await screen.seen()).split("\n");
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line.length).toBeLessThan(80);
    close();
  });

  test.each(["terminal", "plain"] as const)(
    "%s: tells once what a search asks for again and again, and the end of a step that two of its candidates wait for",
    async (kind) => {
      const { screen, sink, close } = start(kind, { columns: 80 });
      const cached = (): void =>
        sink({ kind: "step-ended", id: "env", title: "environment", status: "cached", ms: 0 });
      const begin = (): void => sink({ kind: "step-started", id: "make", title: "packages" });
      const end = (): void =>
        sink({ kind: "step-ended", id: "make", title: "packages", status: "done", ms: 3000 });
      cached();
      cached();
      begin();
      begin();
      end();
      end();
      cached();
      // Anew: that is news.
      begin();
      end();
      close();
      const lines = (await screen.seen()).split("\n");
      const ends = lines.filter((line) => /done in|cached/.test(line)).map((line) => line.split(/[: ]/)[0]);
      expect(ends).toEqual(["environment", "packages", "packages"]);
      expect(lines.filter((line) => line.endsWith("..."))).toHaveLength(kind === "plain" ? 2 : 0);
    },
  );

  test("fits more cells than the terminal has lines", async () => {
    const { clock, screen, sink, close } = start("terminal", { columns: 80, rows: 10 });
    for (let i = 0; i < 30; i++) sink(attempts(`cell-${i}`, i < 5 ? 3000 : 10));
    clock.advance(100);
    const lines = (await screen.seen()).split("\n");
    expect(lines.length).toBeLessThan(10);
    expect(lines[0]).toContain("cell-5");
    expect(lines.at(-1)).toBe("and 23 more");
    close();
    expect((await screen.seen()).split("\n")).toHaveLength(30);
  });

  test("colours what has ended, but not with NO_COLOR", () => {
    const coloured = start("terminal");
    const plain = start("terminal", {}, { NO_COLOR: "1" });
    for (const { clock, sink } of [coloured, plain]) {
      halfway(sink, clock);
      finish(sink, clock);
    }
    expect(coloured.screen.written).toContain("\u001b[31mfailed in 5.0 s");

    expect(plain.screen.written).not.toMatch(/\u001b\[[0-9;]*m/);
  });

  test("does not let a build move the cursor or colour the screen", async () => {
    const { clock, screen, sink, close } = start("terminal", {}, { NO_COLOR: "1" });
    sink({ kind: "step-started", id: "a", title: "evil\u001b[2Jtitle\u202e" });
    sink({
      kind: "step-output",
      id: "a",
      line: "\u001b]0;owned\u0007\u001b[41mred\u001b[0m\rover\u0008\u009b1A",
    });
    clock.advance(100);
    expect(await screen.seen()).toBe("eviltitle  0.1 s  red over");
    close();
    expect(screen.written).not.toContain("owned");
  });
});

describe("plain", () => {
  test("prints steps at once and attempts every five seconds", () => {
    const { clock, screen, sink, close } = start("plain", { isTTY: false });
    halfway(sink, clock);
    clock.advance(20_000);
    finish(sink, clock);
    close();
    expect(screen.written).toMatchSnapshot();
    expect(screen.written).not.toMatch(CONTROLS);
    expect(clock.running).toBe(0);
  });

  test("says every thirty seconds of a step that it still runs, and what it said last", () => {
    const { clock, screen, sink, close } = start("plain", { isTTY: false });
    sink({ kind: "step-started", id: "a", title: "glibc@worktree, from source" });
    clock.advance(20_000);
    sink({ kind: "step-output", id: "a", line: "make[1]: Entering \u001b[31mmath\n" });
    clock.advance(45_000);
    sink({ kind: "step-ended", id: "a", title: "glibc@worktree, from source", status: "done", ms: 65_000 });
    clock.advance(60_000);
    sink({ kind: "step-started", id: "a", title: "once more" });
    clock.advance(29_000);
    close();
    expect(screen.written.split("\n")).toEqual([
      "glibc@worktree, from source ...",
      "glibc@worktree, from source: 30 s so far; last line: make[1]: Entering math",
      "glibc@worktree, from source: 1 min 00 s so far; last line: make[1]: Entering math",
      "glibc@worktree, from source: done in 1 min 05 s",
      "once more ...",
      "",
    ]);
  });

  test("sums up more than three cells while they run", () => {
    const { clock, screen, sink, close } = start("plain", { isTTY: false });
    for (const [i, leftMs] of [1000, null, 4000, 60_000].entries()) {
      sink(attempts(`cell-${i}`, 100 * i, { counted: i, leftMs }));
    }
    clock.advance(5_000);
    expect(screen.written).toBe("4 cells: 600 of 12,000 attempts, 6 counted, 1,680/s, 1 min 00 s left\n");
    sink(attempts("cell-0", 100, { leftMs: 90_000, leftAtMost: true }));
    clock.advance(5_000);
    expect(screen.written).toContain(", at most 1 min 30 s left\n");
    close();
    expect(screen.written.split("\n")).toHaveLength(7);
  });

  test("says nothing while nothing changes", () => {
    const { clock, screen, sink } = start("plain", { isTTY: false });
    sink(attempts("glibc-2.36", 10));
    clock.advance(5_000);
    const before = screen.written;
    clock.advance(60_000);
    expect(screen.written).toBe(before);
  });
});

describe("json", () => {
  test("prints every event as one line of JSON with its time", () => {
    const { clock, screen, sink, close } = start("json", { isTTY: false });
    halfway(sink, clock);
    sink({ kind: "step-output", id: "c1", line: "two\nlines\u001b[31m" });
    close();
    const events = screen.written
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toMatchSnapshot();
    expect(events.at(-1)).toEqual({ atMs: 69_700, kind: "step-output", id: "c1", line: "two lines" });
  });
});

describe("which kind", () => {
  test("none writes nothing", () => {
    const { clock, screen, sink, close } = start("none");
    halfway(sink, clock);
    close();
    expect(screen.written).toBe("");
  });

  test.each([
    ["a terminal", { isTTY: true }, {}, true],
    ["a pipe", { isTTY: false }, {}, false],
    ["a terminal of a CI job", { isTTY: true }, { CI: "true" }, false],
    ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, false],
  ])("auto on %s", (_, size, env, live) => {
    const { clock, screen, sink, close } = start("auto", size, env);
    sink({ kind: "step-started", id: "a", title: "building" });
    clock.advance(200);
    close();
    expect(screen.written.includes("\u001b[")).toBe(live);
  });

  test.each(["terminal", "plain", "json"] as const)(
    "%s drops what comes after close, and closes twice",
    (kind) => {
      const { screen, sink, close } = start(kind, { isTTY: kind === "terminal" });
      close();
      const before = screen.written;
      sink({ kind: "note", level: "info", text: "late" });
      close();
      expect(screen.written).toBe(before);
    },
  );
});
