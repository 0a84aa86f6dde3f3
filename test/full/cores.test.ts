import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import { captureProgram, readAll } from "../docker/capture-program.js";
import { coreImage, type CoreImage } from "../docker/core-image.js";
import { captureCore, hasLostRegisters, shown } from "../docker/core-record.js";
import { faultImage, UNDER_GO, type FaultImage } from "../docker/fault-image.js";

/** `CORES=glibc-2.41`: one suite alone. */
const SUITES = process.env["CORES"]?.split(",") ?? [
  "glibc-2.31",
  "glibc-2.36",
  "glibc-2.41",
  "glibc-2.43",
  "glibc-2.44",
];
const PROGRAMS = [...UNDER_GO, "abort-smashed-stack", "no-symbols", "handler-raises"];
/** Faults in Go's own code. */
const PURE_GO = ["go-nil"];
/** musl writes the words of an assertion and keeps them nowhere: they are not in a core. */
const C = ["static", "dynamic", "musl"]
  .flatMap((link) => PROGRAMS.map((name) => `${name}.${link}`))
  .filter((program) => program !== "abort-assertion.musl");
/** SIGTERM leaves no core. In the C programs gdb makes one where it stops at it; Go's runtime lets it pass once more. */
const GO = ["static", "dynamic"].flatMap((link) =>
  UNDER_GO.filter((name) => name !== "sent-signal").map((name) => `cgo-${name}.${link}`),
);

describe.each(SUITES)("a core on %s gives the record of the live capture", (suite) => {
  let engine: Engine;
  let faults: FaultImage;
  let cores: CoreImage;
  beforeAll(async () => {
    engine = await connect({ env: process.env });
    faults = await faultImage(engine, suite);
    cores = await coreImage(engine, faults, [...C, ...GO, ...PURE_GO]);
  });
  afterAll(async () => {
    await engine.removeAllLive();
    engine.close();
  });

  test.each([...C, ...GO, ...PURE_GO])("%s", async (program) => {
    const live = readAll(await captureProgram(faults, program, {}, {}, engine)).at(-1);
    if (live === undefined) throw new Error("no live capture");
    const core = await captureCore(engine, faults.cell, cores, program);
    const whole = !hasLostRegisters(core);
    expect(shown(core, whole)).toEqual(shown(live, whole));
  });
});
