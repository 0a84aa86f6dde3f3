import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import { captureBinary, captureProgram, readAll } from "./capture-program.js";
import { faultImage, SUITES, type FaultImage } from "./fault-image.js";
import { tinyImage } from "./tiny.js";

const images = new Map<string, FaultImage>();
let tiny: string;
beforeAll(async () => {
  const engine = await connect({ env: process.env });
  for (const suite of SUITES) images.set(suite, await faultImage(engine, suite));
  tiny = await tinyImage(engine);
  engine.close();
});

describe.each(SUITES)("a run under gdb on %s", (suite) => {
  const image = (): FaultImage => images.get(suite) as FaultImage;

  it("cannot be told lies by the program, nor be read by it", async () => {
    const captured = await captureProgram(image(), "hostile.dynamic");
    expect(captured.problems).toEqual([]);
    // Exit 9 would say that the debugger's environment, memory or output was open to it.
    expect(captured.ends).toEqual({ SIGSEGV: 1 });
    const [found, ...more] = readAll(captured);
    expect(more).toEqual([]);
    expect(found?.threads[0]?.frames[0]?.function).toBe("crash");
    expect(found?.stderr).toBe('mark {"kind":"end"}\n');
  });

  it("gives the program its arguments, environment and input to the letter", async () => {
    const captured = await captureProgram(image(), "arguments.dynamic", {
      args: ["two words", 'it\'s "$HOME" `x`\\\nnew line', ""],
      env: { SPACED: "a 'b'\n$c", PATH: "/nowhere", HOME: "/home of 'x'" },
    });
    expect(captured.problems).toEqual([]);
    expect(captured.ends).toEqual({ SIGILL: 1 });
  });

  it("reads whatever the program writes, keeps a part of it, and says how much is missing", async () => {
    const captured = await captureProgram(image(), "noisy.dynamic");
    expect(captured).toMatchObject({ ends: { SIGSEGV: 1 }, problems: [] });
    const [found] = readAll(captured);
    expect(found?.stderr).toMatch(
      /^line 0 of [^]*\n\[\d+ bytes left out\]\n[^]*line 199999 of what nobody wants to read\n$/,
    );
    expect(found?.stderr.length).toBeLessThan(70_000);
  });

  it("bounds threads and frames, and counts what it leaves out", async () => {
    const [found] = readAll(await captureProgram(image(), "deep.dynamic"));
    expect(found?.threads).toHaveLength(64);
    expect(found?.threads[0]).toMatchObject({ crashed: true, number: 1 });
    expect(found?.threads[0]?.frames).toHaveLength(64);
    // 201 calls of descend() and main().
    expect(found?.threads[0]?.elided).toBe(202 - 64);
    expect(found?.incomplete).toContain("37 of 101 threads are left out");
  });

  it("finds the instructions before a fault without any symbol", async () => {
    const [found] = readAll(await captureProgram(image(), "no-symbols.static"));
    const at = found?.disassembly.findIndex((each) => each.current) ?? 0;
    expect(at).toBe(16);
    // What the same code is with symbols: the loop before it was read in step.
    const [named] = readAll(await captureProgram(image(), "null-dereference.static"));
    expect(named?.incomplete).toEqual([]);
    expect(found?.incomplete.join()).toContain("aligned by trial");
    expect(found?.threads[0]?.frames[0]).toMatchObject({
      function: null,
      module: "no-symbols.static",
      trusted: true,
    });
  });

  it("says of a program that is not there that gdb could not start it, once", async () => {
    const captured = await captureProgram(image(), "no-such-program", {}, { attempts: 5 });
    expect(captured.tried).toBe(1);
    expect(captured.captures).toEqual([]);
    expect(captured.problems.join()).toContain("no-such-program: No such file or directory");
  });
});

it("says that there is no native trace where the image has no gdb, and not that nothing crashed", async () => {
  const image = images.get(SUITES[0] as string) as FaultImage;
  const binary = { ...image.binary("clean.static"), image: tiny };
  const captured = await captureBinary(image.cell, binary, { attempts: 5, timeoutMs: 10_000 });
  expect(captured.captures).toEqual([]);
  expect(captured.problems).toHaveLength(1);
});
