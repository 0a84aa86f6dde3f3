import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCapture } from "../../src/crash/read/capture.js";
import type { NativeCapture } from "../../src/crash/evidence.js";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import { coreTask } from "../../src/run/capture/core-task.js";
import { readGdbAnswer, type GdbAnswer } from "../../src/run/capture/gdb-answer.js";
import { runOnce } from "../../src/run/runner/once.js";
import { captureProgram, readAll } from "./capture-program.js";
import { coreImage, type CoreImage } from "./core-image.js";
import { captureCore, hasLostRegisters, shown, toldBy } from "./core-record.js";
import { faultImage, SUITES, type FaultImage } from "./fault-image.js";

const CORE = "/tmp/core";
/** Where a core is written: core_pattern is the host's, gdb's own is not. */
const GDB = "/usr/bin/gdb -nx -q -batch";
const MiB = 1024 * 1024;

const images = new Map<string, FaultImage>();
let engine: Engine;
beforeAll(async () => {
  engine = await connect({ env: process.env });
  for (const suite of SUITES) images.set(suite, await faultImage(engine, suite));
});
afterAll(async () => {
  await engine.removeAllLive();
  engine.close();
});

/** What core.py says of the core that a program leaves; `spoil`: shell commands on the core before it is read. */
async function postMortem(suite: string, program: string, spoil = "true"): Promise<GdbAnswer> {
  const image = images.get(suite);
  if (image === undefined) throw new Error(`no image of ${suite}`);
  const { task, mark } = coreTask(image.cell, image.binary(program), CORE, { "vivarium.test": "core" });
  const made = `${GDB} -ex run -ex 'generate-core-file ${CORE}' ${image.binary(program).program} >/dev/null 2>&1`;
  const { run } = task;
  const { output } = await runOnce(
    engine,
    {
      ...task,
      argv: ["/bin/sh", "-c", `cd /tmp; ${made}; ${spoil}; exec "$@"`, "sh", ...task.argv],
      run: { ...run, limits: { ...run.limits, tmp: 128 * MiB } },
    },
    new AbortController().signal,
  );
  if (output === null) throw new Error("no output");
  return readGdbAnswer(output.stdout, mark, 1);
}

function titleOf(capture: NativeCapture): string {
  const { title, explanation } = toldBy(capture);
  return `${title}: ${explanation?.kind}`;
}

/** What is left where a handler ends the process: here the kernel writes the core, if it may. */
const HANDLED = ["handler-raises.static", "cgo-near-null.static", "go-nil"];
const PROGRAMS = ["near-null", "abort-assertion", "thread", "division"];

for (const suite of SUITES) {
  for (const program of PROGRAMS) {
    for (const link of ["static", "dynamic", "musl"]) {
      // musl writes an assertion's words and keeps them nowhere: they are not in a core.
      if (program === "abort-assertion" && link === "musl") continue;
      it(`${suite}: the core of ${program}.${link} gives the record of its crash`, async () => {
        const answer = await postMortem(suite, `${program}.${link}`);
        expect(answer.problems).toEqual([]);
        const read = readCapture(answer.captures[0]?.json ?? "");
        if ("refused" in read) throw new Error(read.refused);
        const image = images.get(suite) as FaultImage;
        const live = readAll(await captureProgram(image, `${program}.${link}`, {}, {}, engine)).at(-1);
        expect(live).toBeDefined();
        expect(titleOf(read.capture)).toBe(titleOf(live as NativeCapture));
      });
    }
  }
  describe("the core that is left behind a handler gives the record of the fault", () => {
    let cores: CoreImage;
    beforeAll(async () => {
      cores = await coreImage(engine, images.get(suite) as FaultImage, HANDLED);
    });
    it.each(HANDLED)(`${suite}: %s`, async (program) => {
      const image = images.get(suite) as FaultImage;
      const live = readAll(await captureProgram(image, program, {}, {}, engine)).at(-1) as NativeCapture;
      const core = await captureCore(engine, image.cell, cores, program);
      const whole = !hasLostRegisters(core);
      expect(shown(core, whole)).toEqual(shown(live, whole));
      expect(core.incomplete.join()).toContain("the core was left by SIG");
    });
  });

  it.each([
    ["cut in its headers", `head -c 100 ${CORE} > c; mv c ${CORE}`],
    ["of text", `echo core > ${CORE}`],
    ["a program", `cp /bin/sh ${CORE}`],
    [
      "damaged in its notes",
      `printf '\\377\\377\\377\\377' | dd of=${CORE} bs=1 seek=96 conv=notrunc 2>/dev/null`,
    ],
  ])(`${suite}: a core that is %s ends in words`, async (_, spoil) => {
    const answer = await postMortem(suite, "near-null.dynamic", spoil);
    expect(answer.captures.length + answer.problems.length).toBeGreaterThan(0);
    expect(answer.problems.join()).not.toContain("breaks off");
  });
}
