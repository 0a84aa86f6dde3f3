import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import { captureProgram, readAll } from "./capture-program.js";
import { faultImage, SUITES, type FaultImage } from "./fault-image.js";

const images = new Map<string, FaultImage>();
beforeAll(async () => {
  const engine = await connect({ env: process.env });
  for (const suite of SUITES) images.set(suite, await faultImage(engine, suite));
  engine.close();
});

const LINKS = ["static", "dynamic", "musl"];

describe.each(SUITES)("a run under gdb on %s", (suite) => {
  const image = (): FaultImage => images.get(suite) as FaultImage;

  it.each(LINKS)("calls no signal fatal that a handler survives (%s)", async (link) => {
    const captured = await captureProgram(image(), `handler-survives.${link}`);
    expect(captured.ends).toEqual({ "exit 0": 1 });
    expect(captured.captures.length).toBeGreaterThan(0);
    expect(captured.captures.filter(({ fatal }) => fatal)).toEqual([]);
    // The others of its 13 signals are only counted.
    expect(captured.problems).toEqual(["5 further signals with a handler were not looked at"]);
  });

  it.each(LINKS)("tells a failure from the signal survived before it (%s)", async (link) => {
    const captured = await captureProgram(image(), `handler-survives-then-fails.${link}`);
    expect(captured).toMatchObject({ ends: { "exit 3": 1 }, captures: [{ fatal: false }], problems: [] });
  });

  it("calls a nil pointer in Go fatal, which ends the program by a panic", async () => {
    const captured = await captureProgram(image(), "go-nil");
    expect(captured).toMatchObject({ ends: { "exit 2": 1 }, problems: [] });
    const [found, ...more] = readAll(captured);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ fatal: true, siginfo: { signal: "SIGSEGV", address: "0x40" } });
    expect(found?.threads[0]?.frames.map((frame) => frame.function)).toEqual(["main.follow", "main.main"]);
    expect(found?.stderr).toContain(
      "panic: runtime error: invalid memory address or nil pointer dereference",
    );
  });

  it("calls a nil pointer in Go survived, whose panic was recovered", async () => {
    const captured = await captureProgram(image(), "go-nil-recovered");
    expect(captured).toMatchObject({
      ends: { "exit 0": 1 },
      captures: [{ fatal: false }, { fatal: false }, { fatal: false }],
      problems: [],
    });
  });

  it("does not take a recovered nil pointer for the panic that came after it", async () => {
    const captured = await captureProgram(image(), "go-recovered-then-panic");
    expect(captured).toMatchObject({ ends: { "exit 2": 1 }, captures: [{ fatal: false }], problems: [] });
  });

  it("sees no signal where Go panics without one", async () => {
    const captured = await captureProgram(image(), "go-panic");
    expect(captured).toMatchObject({ ends: { "exit 2": 1 }, captures: [], problems: [] });
  });

  it("lets signals pass that have a handler, and sees the fault after them", async () => {
    const captured = await captureProgram(image(), "timer.dynamic");
    expect(captured).toMatchObject({ ends: { SIGSEGV: 1 }, captures: [{ fatal: true }], problems: [] });
  });

  it("goes on until a rare crash is met, and no further", async () => {
    const captured = await captureProgram(image(), "sometimes.dynamic", {}, { attempts: 60 });
    expect(captured.captures).toHaveLength(1);
    expect(captured.captures[0]).toMatchObject({ fatal: true, run: captured.tried });
    expect(captured.ends).toEqual({
      ...(captured.tried > 1 ? { "exit 0": captured.tried - 1 } : {}),
      SIGSEGV: 1,
    });
  });

  it("goes on until the caller has enough", async () => {
    const signals = (captures: readonly { json: string }[]): Set<unknown> =>
      new Set(
        captures.map(({ json }) => (JSON.parse(json) as { siginfo: { signal: string } }).siginfo.signal),
      );
    const captured = await captureProgram(
      image(),
      "two-places.dynamic",
      {},
      { attempts: 60, enough: (captures) => signals(captures).size === 2 },
    );
    expect(captured.problems).toEqual([]);
    expect(signals(captured.captures)).toEqual(new Set(["SIGSEGV", "SIGABRT"]));
  });

  it("says that a program did not crash, after all runs of the budget", async () => {
    const captured = await captureProgram(image(), "clean.dynamic", {}, { attempts: 3 });
    expect(captured).toEqual({ tried: 3, captures: [], problems: [], ends: { "exit 0": 3 } });
  });

  it("ends a program that does not end", async () => {
    const captured = await captureProgram(image(), "waits.dynamic", { timeoutMs: 1000 }, { timeoutMs: 4000 });
    expect(captured).toMatchObject({ tried: 1, problems: [], ends: { timeout: 1 } });
    expect(captured.captures).toMatchObject([{ fatal: false, hang: true, main: true }]);
  });
});
